"""What is checked of a pack, what was found, and what a checklist says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from persona_extract.records.fields import Record

MAX_PROBLEM = 400
"""Characters of what is said about one finding; a hostile pack has keys of any length."""

MAX_FINDINGS = 100
"""Findings after which no more profiles are read."""

Check = Literal[
    "files",
    "version",
    "checksums",
    "schema",
    "counts",
    "attribution",
    "k-users",
    "weights",
    "claims",
    "population",
    "examples",
    "personal data",
    "injection",
    "privacy scan",
    "Presidio",
    "5-word runs",
    "workspace",
]

CHECKS: dict[Check, str] = {
    "files": "plain files only, none missing, superfluous or too large",
    "version": "of a version that this program reads",
    "checksums": "files are as SHA256SUMS says",
    "schema": "strict JSON, and what the schema asks for",
    "counts": "ids are content hashes, none twice, counts agree",
    "attribution": "licence and attribution are there",
    "k-users": "nothing that fewer than k users show",
    "weights": "weights and rates sum to 1",
    "claims": "every claim is grounded and agrees with the others",
    "population": "quantiles are those of the profiles",
    "examples": "at most four words in a row, and only where announced",
    "personal data": "no addresses, numbers or figures of persons in texts",
    "injection": "no text that would take a model over",
    "privacy scan": "the privacy scan of a run finds nothing",
    "Presidio": "Presidio finds no names in texts of models",
    "5-word runs": "no five words in a row from the source",
    "workspace": "claims hold on the conversations that they cite",
}
"""In the order of the checklist."""


class Doubt(NamedTuple):
    """One thing that is wrong, by the check that found it."""

    check: Check
    problem: str


class Finding(Record):
    """One thing that is wrong with a pack, and where."""

    file: str
    place: str
    problem: str
    check: Check


class Outcome(Record):
    """One line of the checklist.

    Attributes:
        note: how much was found or looked at; why it was skipped.
    """

    check: Check
    asks: str
    outcome: Literal["passed", "failed", "skipped"]
    note: str


class Verdict(Record):
    """What `pack validate --json` prints."""

    pack: str
    valid: bool
    checks: list[Outcome]
    findings: list[Finding]


def finding(file: str, place: str, doubt: Doubt) -> Finding:
    """A finding that may go to any terminal or JSON: what is not Unicode is replaced."""
    problem = shown(doubt.problem)
    return Finding(file=file, place=place, problem=problem[:MAX_PROBLEM], check=doubt.check)


def shown(text: str) -> str:
    """Text as it may go to JSON: what is not Unicode, as file names need not be, is replaced."""
    return text.encode("utf-8", "replace").decode()


def verdict(
    pack: str,
    findings: Iterable[Finding],
    skipped: Mapping[Check, str],
    noted: Mapping[Check, str] | None = None,
) -> Verdict:
    """The findings as one record, with a line for each check.

    Args:
        pack: where it is.
        findings: all of them.
        skipped: checks that were not made, and why.
        noted: what to add to checks that passed.
    """
    found = list(findings)
    notes = noted or {}
    outcomes: list[Outcome] = []
    for check, asks in CHECKS.items():
        n = sum(one.check == check for one in found)
        outcome = "failed" if n else "skipped" if check in skipped else "passed"
        note = f"{n} findings" if n > 1 else "1 finding" if n else skipped.get(check, "")
        note = note or notes.get(check, "")
        outcomes.append(Outcome(check=check, asks=asks, outcome=outcome, note=note))
    return Verdict(pack=shown(pack), valid=not found, checks=outcomes, findings=found)
