"""DeepEval: `Persona`, who the simulated user of a `ConversationalGolden` is."""

from __future__ import annotations

from persona_extract.exports.document import document
from persona_extract.exports.protocol import Batch, Export


def write(batch: Batch) -> dict[str, bytes]:
    """Characteristics only: name and metadata of a persona are shown to the simulator too."""
    return document(EXPORT, batch, "personas", [{"characteristics": p.brief} for p in batch.people])


EXPORT = Export(
    name="deepeval",
    about="DeepEval: Persona for a ConversationalGolden.",
    target="deepeval 4.3.1",
    suffix=".json",
    use="ConversationalGolden(scenario=..., persona=Persona(**document['personas'][n]))",
    write=write,
)
