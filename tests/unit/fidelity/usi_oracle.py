"""The User-Sim Index's features written straight from its definition: a loop over turns with `re`.

It is what the library's expressions are tested against, and the baseline of their speed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from persona_extract.fidelity.usi.phrases import phrases

Message = Mapping[str, str | None]

_MARKUP = re.compile(
    r"<\|think\|>.*?<\|/think\|>|<function=.*?(?:</function>|\Z)|<\|tool\|>.*?<\|/tool\|>",
    re.DOTALL,
)
_IDENTIFIER = re.compile(
    r"\b[a-z0-9]{6,}\b"
    r"|#?\w*\d{5,}\w*"
    r"|\w+_\w+_\d{3,}"
    r"|gift_card_\w+"
    r"|credit_card_\w+"
    r"|paypal_\w+"
    r"|\w+@\w+\.\w+"
)
_DASH = re.compile("[\u2013\u2014]")


def _alternatives(name: str) -> str:
    escaped = (re.escape(phrase) for phrase in phrases(name))
    return "|".join(
        re.sub(
            r"<any\\ (\d+)\\-(\d+|many)>",
            lambda m: ".*" if m[2] == "many" else f".{{{m[1]},{m[2]}}}",
            phrase,
        )
        for phrase in escaped
    )


_PATTERNS = {
    name: re.compile(rf"\b(?:{_alternatives(name)})\b")
    for name in (
        "politeness_rate",
        "emotion_rate",
        "uncertainty_rate",
        "certainty_rate",
        "pushback_q_rate",
        "clarify_q_rate",
        "info_q_rate",
        "accusation_rate",
        "pivot_rate",
        "id_confuse_rate",
    )
}
_ACK = re.compile(rf"(?:{_alternatives('ack_only_rate')})[\s!.,-]*\Z")


def conversation_features(messages: Iterable[Message], *, human: bool) -> dict[str, float] | None:
    """The nineteen features, `n_turns` and `n_user_turns`; None without user turns."""
    said = [
        (role, content)
        for message in messages
        if (role := message["role"]) in ("user", "assistant")
        and (content := message["content"])
        and not is_meta(content, human=human)
    ]
    texts = [_MARKUP.sub("", content) for role, content in said if role == "user"]
    if not texts:
        return None
    return {**_pool(texts), "n_turns": float(len(said)), "n_user_turns": float(len(texts))}


def is_meta(content: str, *, human: bool) -> bool:
    """Whether a message is about the session and not part of the conversation."""
    if not human:
        return content.strip() == "###STOP###"
    return (
        content.startswith(("\\tau ", "\\reward"))
        or any(tag in content for tag in ("<|canvas|>", "<|highlight|>", "<|survey|>"))
        or content.strip() == "/stop"
    )


def turn_flags(text: str) -> dict[str, bool]:
    """What holds of one cleaned turn, by the name of the feature."""
    lower = text.lower()
    found = {name: pattern.search(lower) is not None for name, pattern in _PATTERNS.items()}
    if found["pushback_q_rate"]:
        found["clarify_q_rate"] = found["info_q_rate"] = False
    elif found["clarify_q_rate"]:
        found["info_q_rate"] = False
    return {
        **found,
        "short_msg_rate": len(text.split()) <= 3,
        "formality_rate": _DASH.search(text) is not None,
        "ack_only_rate": _ACK.match(lower.strip()) is not None,
    }


def count_identifiers(text: str) -> int:
    """Matches of the alternatives of `id_density` in one cleaned turn."""
    return sum(1 for _ in _IDENTIFIER.finditer(text.lower()))


def repeats(texts: Sequence[str]) -> bool:
    """Whether a run of three words within turns occurs more than ten times."""
    runs: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = text.lower().split()
        runs.update(zip(words, words[1:], words[2:], strict=False))
    return any(n > 10 for n in runs.values())


def _pool(texts: Sequence[str]) -> dict[str, float]:
    turns = len(texts)
    words = [len(text.split()) for text in texts]
    flags = [turn_flags(text) for text in texts]
    mean = sum(words) / turns
    variance = sum((w - mean) ** 2 for w in words) / turns
    return {
        **{name: sum(flag[name] for flag in flags) / turns for name in flags[0]},
        "id_confuse_rate": float(any(flag["id_confuse_rate"] for flag in flags)),
        "verbosity_cv": variance**0.5 / mean if mean else 0.0,
        "repeat_rate": float(repeats(texts)),
        "info_frontload": sum(words[:2]) / sum(words) if mean else 0.0,
        "id_density": sum(map(count_identifiers, texts)) / turns,
        "user_words_per_turn": mean,
        "opening_words": float(words[0]),
    }
