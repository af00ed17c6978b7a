"""Google's Agent Development Kit: `UserPersona`, with violation rubrics made from the checks."""

from __future__ import annotations

from persona_extract.exports.document import Json, document
from persona_extract.exports.people import beyond, told
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.exports.rubrics import violation
from persona_extract.records.directives import Directive


def write(batch: Batch) -> dict[str, bytes]:
    """A persona for each profile, with a behaviour for each situation of its directives."""
    return document(EXPORT, batch, "personas", [_persona(one) for one in batch.people])


def _persona(one: Exported) -> dict[str, Json]:
    about = ["A user of an AI assistant who behaves as described.", *beyond(one)]
    return {
        "id": one.profile.id,
        "description": "\n".join(about),
        "behaviors": [_behavior(words, pairs) for words, pairs in told(one).items()],
    }


def _behavior(words: str, pairs: list[tuple[Directive, str]]) -> dict[str, Json]:
    rubrics = (violation(directive) for directive, _ in pairs)
    return {
        "name": f"How the user writes {words}",
        "description": f"What the user does {words}.",
        "behavior_instructions": [line for _, line in pairs],
        "violation_rubrics": [rubric for rubric in rubrics if rubric],
    }


EXPORT = Export(
    name="adk",
    about="Google ADK: UserPersona, with violation rubrics from the checks.",
    target="google-adk 2.13.0",
    suffix=".json",
    use="ConversationScenario(..., user_persona=UserPersona(**document['personas'][n]))",
    write=write,
)
