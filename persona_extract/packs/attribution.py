"""Who is to be credited for a pack: the people who collected the corpora that it was made from.

What is said here of a corpus stands in its own paper or repository; what was not found there is
left out. Addresses are written without "https://", so that a pack holds no links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus that this program knows.

    Attributes:
        names: what profiles call it, as a regular expression of the whole name.
        credit: who, what, where, as one sentence or two.
        licence: SPDX.
        address: where it can be had.
        on_hub: whether profiles call it by its id on the Hugging Face hub.
    """

    names: str
    credit: str
    licence: str
    address: str | None = None
    on_hub: bool = False


_WILDCHAT = (
    "W. Zhao, X. Ren, J. Hessel, C. Cardie, Y. Choi, Y. Deng: "
    '"WildChat: 1M ChatGPT Interaction Logs in the Wild", ICLR 2024'
)
_REALUSERSIM = "RealUserSim, arXiv 2605.20204"
_CORPORA = (
    Corpus(
        r"persona_extract demo \(made up\)",
        "The persona-extract authors: demo corpus, made up for the program",
        "Apache-2.0",
    ),
    Corpus(r"allenai/wildchat-(1m|4\.8m)(-full)?", _WILDCHAT, "ODC-By-1.0", on_hub=True),
    Corpus(
        r"wildchat( \(local copy\)|\.jsonl)?",
        _WILDCHAT,
        "ODC-By-1.0",
        "huggingface.co/datasets/allenai/WildChat-1M",
    ),
    Corpus(
        r"realhumaneval(\.jsonl)?",
        "H. Mozannar et al.: "
        '"The RealHumanEval: Evaluating Large Language Models\' Abilities to Support Programmers", '
        "2024",
        "CC0-1.0",
    ),
    Corpus(
        r"star",
        "J. Mosig, S. Mehri, T. Kober: "
        '"STAR: A Schema-Guided Dialog Dataset for Transfer Learning", 2020',
        "MIT",
        "github.com/RasaHQ/STAR",
    ),
    Corpus(
        r"simulatorarena",
        "SimulatorArena, Microsoft",
        "MIT",
        "github.com/microsoft/SimulatorArena",
    ),
    Corpus(r"salesforce/realusersim", _REALUSERSIM, "ODC-By-1.0", on_hub=True),
    Corpus(
        r"realusersim \(imported\)",
        _REALUSERSIM,
        "ODC-By-1.0",
        "huggingface.co/datasets/Salesforce/RealUserSim",
    ),
)


def credits(corpora: Iterable[str], said: Sequence[str] = ()) -> list[str]:
    """Whom a pack has to credit, a line each: those of corpora that are known, then what was said.

    A corpus of which nothing is known or said gets a line that says as much (see `uncredited`).
    """
    names = sorted(corpora)
    lines = [_line(name, found) for name in names if (found := known_corpus(name))]
    if not said:
        lines += [
            f"{name}: the people who wrote and collected it; the licence of the source applies"
            for name in uncredited(names)
        ]
    return list(dict.fromkeys([*lines, *said]))


def uncredited(corpora: Iterable[str]) -> list[str]:
    """The corpora of which this program does not know whom to credit."""
    return [name for name in sorted(corpora) if known_corpus(name) is None]


def known_corpus(name: str) -> Corpus | None:
    """What is known of a corpus, by what profiles call it."""
    return next((one for one in _CORPORA if re.fullmatch(one.names, name, re.IGNORECASE)), None)


def hub_id(name: str) -> str | None:
    """Id of a corpus on the Hugging Face hub; None if it is not known to be there."""
    found = known_corpus(name)
    return name if found and found.on_hub else None


def _line(name: str, found: Corpus) -> str:
    where = f"huggingface.co/datasets/{name}" if found.on_hub else found.address
    return ". ".join([f"{name}: {found.credit}", found.licence, *([where] if where else [])]) + "."
