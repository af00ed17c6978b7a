"""Why a conversation is not kept: one name each, and the sentence that reports print."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "toxic": "The corpus flags the conversation as toxic.",
    "redacted": "The corpus flags it as redacted, or its redaction marks stand in the user's text.",
    "model": "The assistant's model is not one of those asked for, or is not known.",
    "empty": "No user turn holds any text.",
    "alternation": (
        "User and assistant do not take turns and repair cannot help: a message of an unknown "
        "role, or several user messages without any answer."
    ),
    "language": "Too few of the user's turns are in a kept language.",
    "turns": "Fewer substantive user turns are left than asked for, greetings and thanks aside.",
    "length": "More user turns or more user text than allowed.",
    "exact_duplicate": "The user text equals that of an earlier kept conversation.",
    "near_duplicate": "The user text nearly equals that of an earlier kept conversation.",
}
"""Reason -> explanation, in the order in which they are asked: the first that holds is the one."""
