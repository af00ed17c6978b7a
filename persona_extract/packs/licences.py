"""Licences as corpora write them, by the names that others know them under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence.

    Attributes:
        hub: identifier on the Hugging Face hub.
        spdx: identifier in the SPDX list.
    """

    hub: str
    spdx: str

    @property
    def url(self) -> str:
        """Its text, as SPDX keeps it."""
        return f"https://spdx.org/licenses/{self.spdx}.html"


_KNOWN = (
    Licence("odc-by", "ODC-By-1.0"),
    Licence("odbl", "ODbL-1.0"),
    Licence("pddl", "PDDL-1.0"),
    Licence("cc0-1.0", "CC0-1.0"),
    Licence("cc-by-4.0", "CC-BY-4.0"),
    Licence("cc-by-sa-4.0", "CC-BY-SA-4.0"),
    Licence("cc-by-nc-4.0", "CC-BY-NC-4.0"),
    Licence("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
    Licence("mit", "MIT"),
    Licence("apache-2.0", "Apache-2.0"),
    Licence("bsd-3-clause", "BSD-3-Clause"),
)
_NAMES = {name.lower(): one for one in _KNOWN for name in (one.hub, one.spdx)} | {"cc0": _KNOWN[3]}


def known(written: str) -> Licence | None:
    """The licence that is meant, e.g. by "ODC-BY-1.0" or "CC BY 4.0"; None if none is known."""
    return _NAMES.get(re.sub(r"[\s_-]+", "-", written.strip()).lower())


def all_known(written: Sequence[str]) -> list[Licence] | None:
    """The licences that are meant, in their order; None if there is none, or one is not known."""
    found = [known(one) for one in written]
    return [one for one in found if one] if found and all(found) else None
