"""The shapes in which chat logs keep their messages, recognised and brought to user/assistant."""

from __future__ import annotations

from persona_extract.errors import SourceError
from persona_extract.sources._json_text import Json

Message = dict[str, str]
"""{"role": "user" or "assistant", "content": text}."""

KNOWN = (
    "a list of {role, content}; {messages: [{role, content}]} (OpenAI);"
    " {conversations: [{from, value}]} (ShareGPT); {conversation: [{role, content}]}"
)

_KEYS = ("messages", "conversations", "conversation")
_ROLES = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bing", "bard", "ai", "model"), "assistant"),
}
_NOT_TALK = frozenset(("system", "developer", "tool", "function", "observation", "function_call"))


def read_messages(place: str, value: Json, path: str | None) -> list[Message]:
    """User and assistant messages of one record, in order; `path` (dotted) says where if need be.

    System, developer and tool messages are left out, and assistant messages that only call a tool.

    Raises:
        SourceError: the shape, a role or a content is none that is known.
    """
    found = _message_list(place, value, path)
    return [message for each in found if (message := _message(place, each)) is not None]


def is_chat(value: Json) -> bool:
    """Whether a record has one of the shapes `KNOWN`, as far as its first message tells."""
    if isinstance(value, dict):
        held = [value[key] for key in _KEYS if key in value]
        value = next((each for each in held if isinstance(each, list)), None)
        if held and not value:
            return all(not each for each in held)  # a conversation in which nothing was said
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and not first.keys().isdisjoint(("role", "from"))


def at_path(value: Json, path: str) -> tuple[bool, Json]:
    """Whether there is something at a dotted path (numbers index lists), and what."""
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False, None
    return True, value


def keys_seen(value: Json, depth: int = 3) -> str:
    """What a record of unknown shape looks like, without any of its text."""
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(value)[:12]) or 'no keys'}"
    if isinstance(value, list):
        if not value:
            return "an empty list"
        return f"a list of {keys_seen(value[0], depth - 1)}" if depth > 1 else "a list"
    return "null" if value is None else f"a {type(value).__name__}"


def _message_list(place: str, value: Json, path: str | None) -> list[Json]:
    if path is not None:
        there, found = at_path(value, path)
        if not there or not isinstance(found, list):
            raise SourceError(f"{place}: no list of messages at {path!r}; it is {keys_seen(value)}")
        return found
    if isinstance(value, dict):
        held = [value[key] for key in _KEYS if key in value]
        if held and all(found is None for found in held):
            return []
        for found in held:
            if isinstance(found, list):
                return found
    if isinstance(value, list):
        return value
    raise SourceError(
        f"{place}: a chat log of unknown shape: {keys_seen(value)}. Known: {KNOWN}."
        " Say where the messages are with the field map, e.g. messages = 'chat.turns'"
    )


def _message(place: str, value: Json) -> Message | None:
    if not isinstance(value, dict) or not ({"role", "from"} & value.keys()):
        raise SourceError(
            f"{place}: a message that is {keys_seen(value)}; known are {{role, content}} and"
            " {from, value}"
        )
    said = str(value["role"] if "role" in value else value["from"]).strip().lower()
    if said in _NOT_TALK:
        return None
    if said not in _ROLES:
        known = ", ".join(sorted(_ROLES | dict.fromkeys(_NOT_TALK)))
        raise SourceError(f"{place}: a message of unknown role {said[:40]!r}; known: {known}")
    content = value.get("content", value.get("value"))
    if not content and (value.get("tool_calls") or value.get("function_call")):
        return None
    return {"role": _ROLES[said], "content": _text(place, content)}


def _text(place: str, content: Json) -> str:
    """A message's text: a string, or the text parts of a list of parts, one below the other."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise SourceError(f"{place}: a message's content is {keys_seen(content)}, not text")
    texts = [part.get("text") if isinstance(part, dict) else part for part in content]
    return "\n".join(text for text in texts if isinstance(text, str))
