"""RealUserSim (arXiv 2605.20204): rows as its profiles were released, without quotes of people."""

from __future__ import annotations

import orjson

from persona_extract.exports.document import Json
from persona_extract.exports.inert import inert
from persona_extract.exports.people import told
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.exports.rows import ATTRIBUTES
from persona_extract.profile.harmless import harmless_line
from persona_extract.profile.lines import MOST_VALUE
from persona_extract.records.directives import Directive, MeasuredDirective
from persona_extract.records.profile import Profile

MOST_EXAMPLE = 120
"""Characters of an example that are shown."""


def write(batch: Batch) -> dict[str, bytes]:
    """One row a profile. Its id stands in place of the hash of an address."""
    return {EXPORT.file: b"".join(orjson.dumps(_row(one)) + b"\n" for one in batch.people)}


def _row(one: Exported) -> dict[str, Json]:
    profile, n = one.profile, len(one.profile.source.conversations)
    demographics = _demographics(profile)
    found = sum(1 for each in demographics.values() if each["value"] is not None)
    return {
        "user_ip": profile.id,
        "demographics": {**demographics},
        "linguistic_profile": "\n\n".join(_blocks(one)),
        "num_conversations": n,
        "profile_completeness": round(found / len(demographics), 4),
        "conversations_used": n,
    }


def _demographics(profile: Profile) -> dict[str, dict[str, Json]]:
    """All attributes; those that nobody asked for or found are null."""
    read = {each.attribute: each for each in profile.background}
    said: dict[str, dict[str, Json]] = {}
    for name in ATTRIBUTES:
        each = read.get(name)
        said[name] = {
            "value": inert(harmless_line(each.value, MOST_VALUE)) if each else None,
            "source": each.source if each else None,
            "confidence": each.confidence if each else None,
        }
    return said


def _blocks(one: Exported) -> list[str]:
    kept = [pair for pairs in told(one).values() for pair in pairs]
    order = {id(each): n for n, each in enumerate(one.profile.directives)}
    kept.sort(key=lambda pair: order[id(pair[0])])
    return [
        f"Command: {line}\nExamples: {', '.join(_examples(directive, one.profile))}".rstrip(" ")
        for directive, line in kept
    ]


def _examples(directive: Directive, profile: Profile) -> list[str]:
    """Scrubbed forms of turns that show its dimension, where the profile has any."""
    if not isinstance(directive, MeasuredDirective):
        return []
    forms = [each.text for each in profile.examples if each.dimension == directive.dimension]
    return [f'"{inert(harmless_line(form, MOST_EXAMPLE))}"' for form in forms]


EXPORT = Export(
    name="realusersim",
    about="RealUserSim: rows as its profiles were released (JSON Lines).",
    target="Salesforce/RealUserSim, profiles",
    suffix=".jsonl",
    use="One JSON object a line; linguistic_profile holds 'Command: ...' blocks.",
    write=write,
)
