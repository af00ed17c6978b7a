"""NeMo UserSim (NVIDIA): the persona of a stored episode row.

`usersim simulate` samples people of its own from Nemotron-Personas; rows that it stored
(`--materialize-inputs`) run as they are, so that their `persona` can be replaced before.
"""

from __future__ import annotations

from persona_extract.exports.document import Json, document
from persona_extract.exports.inert import inert
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.profile.harmless import harmless_line
from persona_extract.profile.lines import MOST_VALUE

_FIELDS = {
    "age": "age",
    "gender": "sex",
    "education": "education_level",
    "occupation": "occupation",
    "location": "region",
    "marital_status": "marital_status",
}
"""Our attributes and its columns. It has none for income."""


def write(batch: Batch) -> dict[str, bytes]:
    """A persona for each profile. Personality scores are left out: it takes the middle then."""
    return document(EXPORT, batch, "personas", [_persona(one) for one in batch.people])


def _persona(one: Exported) -> Json:
    said = {
        _FIELDS[each.attribute]: inert(harmless_line(each.value, MOST_VALUE))
        for each in one.profile.background
        if each.attribute in _FIELDS
        and (each.attribute != "age" or each.value.isdecimal())  # it reads ages as whole numbers
    }
    return {**said, "persona": one.brief}


EXPORT = Export(
    name="nemo",
    about="NeMo UserSim: persona of a stored episode row (unverified).",
    target="NVIDIA-NeMo/UserSim 0.1.0, read and not run",
    suffix=".json",
    use="row['persona'] = document['personas'][n] in rows that `usersim simulate "
    "--materialize-inputs` wrote; then `usersim simulate --inputs`.",
    write=write,
)
