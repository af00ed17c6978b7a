"""A reader and a labeler that are none: fixed rules, spoken through the fake server.

```python
with FakeModelServer() as server:
    server.plays(plays_roles)
```

Every prompt of the package is answered in a valid form, from what the prompt shows and nothing
else: the same question, the same answer. What is said is no finding about anybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from persona_extract.text import content_hash
from tests.servers.openai_like import Said, Seen, errs, says

THEMES = {
    "information": "gives the context before asking",
    "requests": "compares several alternatives before choosing",
    "checking": "doubts the answer and asks for sources to check it",
    "disagreement": "corrects mistakes directly and repeats the request",
}
"""Group -> what is seen of the user, in one of the ways of `MANNERS`."""
MANNERS = (
    "The user {}.",
    "The user usually {}.",
    "The user {} calmly.",
    "The user carefully {}.",
    "The user openly {}.",
    "The user {} without delay.",
)
READY = "Answer with the word ready."
"""What `doctor --ask` says."""
WORDS = "calm eager plain brisk loud gentle curious direct patient early warm slow".split()


def plays_roles(seen: Seen) -> Said:
    """What the role would answer that this prompt is for; 400 for any other."""
    if seen.last == READY:
        return says("ready")
    if _kind(seen) is None:
        return errs(400, message="no such prompt")
    return says(json.dumps(answer(seen)))


def keyed(key: str) -> Callable[[Seen], Said]:
    """The same, for those who bring a key."""

    def play(seen: Seen) -> Said:
        if seen.headers.get("authorization") != f"Bearer {key}":
            return errs(401, "invalid_api_key", f"wrong key: {seen.headers.get('authorization')}")
        return plays_roles(seen)

    return play


def answer(seen: Seen) -> dict[str, Any]:
    """The answer to one of the prompts."""
    rules = {"read": _read, "demographics": _demographics, "label": _label, "pick": _pick}
    return rules[_kind(seen) or ""](seen.body["messages"][1]["content"])


def kinds(requests: Iterable[Seen]) -> list[str]:
    """Names of the prompts that were asked, in their order."""
    return [_kind(seen) or "none" for seen in requests]


def question(seen: Seen) -> str:
    """What is asked, whole: system and user message."""
    return "\n".join(message["content"] for message in seen.body["messages"])


_OPENINGS = {
    "read": "Note how one person behaves",
    "demographics": "You note what one person's messages",
    "label": "You name ",
    "pick": "Descriptions of ",
}


def _kind(seen: Seen) -> str | None:
    said = seen.body["messages"][0]["content"]
    return next((kind for kind, start in _OPENINGS.items() if said.startswith(start)), None)


def _read(prompt: str) -> dict[str, object]:
    return {"statements": [_observed(number, text) for number, text in _lines(prompt)[:4]]}


def _observed(number: int, text: str) -> dict[str, object]:
    quote = _start(text)
    group = _theme(number, text)
    manner = MANNERS[int(content_hash(quote, length=4), 16) % len(MANNERS)]
    return {
        "group": group,
        "text": manner.format(THEMES[group]),
        "polarity": "does",
        "situation": "opening" if number == 1 else "follow-up",
        "condition": "",
        "quotes": [{"turn": number, "text": quote}],
    }


def _theme(number: int, text: str) -> str:
    if number == 1:
        return "information"
    if "?" in text:
        return "checking"
    return "disagreement" if text[0].isupper() else "requests"


def _demographics(prompt: str) -> dict[str, object]:
    number, text = _lines(prompt)[0]
    one = {
        "attribute": "occupation",
        "value": "field of work",
        "source": "inferred",
        "confidence": 0.6,
        "quote": _start(text),
        "turn": number,
    }
    return {"attributes": [one]}


def _label(prompt: str) -> dict[str, object]:
    drawn = [WORDS[int(digit, 16) % len(WORDS)] for digit in content_hash(prompt, length=3)]
    return {
        "name": f"{' '.join(drawn)} way",
        "directive": "Put it your own way.",
        "condition": None,
        "check": "Does the user put it in their own way?",
    }


def _pick(_prompt: str) -> dict[str, object]:
    return {"why": "it comes first", "pick": 1}


def _lines(prompt: str) -> list[tuple[int, str]]:
    found = re.findall(r"^U(\d+): (?!\[(?:pasted|repeated|no words)\]$)(.+)$", prompt, re.MULTILINE)
    return [(int(number), text) for number, text in found]


def _start(text: str) -> str:
    return " ".join(text.split("[…]")[0].split()[:6])
