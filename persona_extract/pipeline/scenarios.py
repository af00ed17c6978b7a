"""Scenarios of any known shape, recognised by content: ours, tau2-bench's, tau-bench's.

An instruction in prose is cut into sentences: those that want something are requests, those that
say who the user is and what the user has are facts. The rest (what to do in some case, manner)
stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from persona_extract.benchmarks.rows import DOMAINS, identifier, stem
from persona_extract.errors import SourceError
from persona_extract.pipeline.transcripts import DOCUMENT_BYTES
from persona_extract.profile.sentences import cut_sentences, is_conditional
from persona_extract.records.scenario import Scenario, ScenarioText
from persona_extract.sources import (
    JSON_NAMES,
    Json,
    documents,
    find_files,
    keys_seen,
    parse,
    read_whole,
)
from persona_extract.text import content_hash

_TRIED = 200
"""Files of a folder that are looked into for one that can be meant."""

LONGEST = 200_000
"""Characters of the longest text of a scenario that is read."""

EXAMPLE = (
    '{"id": "lamp", "requests": ["You want to return a lamp."], "facts": ["Your order is #17."]}'
)
"""A scenario of ours, as an error shows it."""

_KNOWN = f"""Known are
* our own: objects with id, requests and, if need be, facts and domain (one, a list, or JSON
  Lines), such as
  {EXAMPLE}
* tau2-bench: a list of tasks with user_scenario, or a results file with tasks
* tau-bench and tau-trait: results with info.task.instruction, or tasks with instruction"""


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What a file holds.

    Attributes:
        recognised: as what, in words.
        scenarios: in the order of the file, ids unique.
        skipped: entries without a scenario, by reason.
    """

    recognised: str
    scenarios: tuple[ScenarioText, ...]
    skipped: dict[str, int] = field(default_factory=dict[str, int])


def read_scenarios(path: str | Path) -> Scenarios:
    """All scenarios of a file. Trials of one task are one scenario.

    Raises:
        SourceError: missing, unreadable, broken, of no known shape, without a scenario, or two
            different ones of one id; names the file and the place.
    """
    file = _one_file(str(path))
    found: dict[str, tuple[str, ScenarioText]] = {}
    kinds: dict[str, None] = {}
    skipped: dict[str, int] = {}
    for place, entry in _entries(file):
        kind, one = _read(place, entry, _domain(stem(str(file))))
        kinds[kind] = None
        if one is None:
            reason = "no instruction: the run had failed"
            skipped[reason] = skipped.get(reason, 0) + 1
            continue
        first = found.setdefault(one.scenario.id, (place, one))
        if first[0] != place and not (kind in (_TRIALS, _TASKS) and first[1].text == one.text):
            raise SourceError(
                f"{place}: a second scenario has the id {one.scenario.id!r} (the first:"
                f" {first[0]}). Give each an id of its own"
            )
    if len(kinds) > 1:
        raise SourceError(f"{file}: holds entries of several shapes: {', '.join(kinds)}")
    if not found:
        why = "; ".join(
            f"{n} {'entry' if n == 1 else 'entries'}: {reason}" for reason, n in skipped.items()
        )
        raise SourceError(f"{file}: holds no scenario{': ' * bool(why)}{why}. {_KNOWN}")
    return Scenarios(next(iter(kinds)), tuple(one for _, one in found.values()), skipped)


_TRIALS = "tau-bench results"
_OURS = "scenarios"
_TAU2 = "tau2-bench tasks"
_TASKS = "tau-bench tasks"


def _one_file(spec: str) -> Path:
    if not Path(spec).is_dir():
        path, *others = find_files(spec, JSON_NAMES)
        if others:
            raise SourceError(f"{spec}: holds several files; name one, e.g. {path}")
        return path
    found = one_of_folder(spec, _holds_scenarios)
    if found is None:
        raise SourceError(
            f"{spec}: is a folder, and no file in it holds scenarios. Name a file. {_KNOWN}"
        )
    return found


def one_of_folder(folder: str, fits: Callable[[Path], bool]) -> Path | None:
    """The one file of a folder that fits; None if none does.

    Raises:
        SourceError: several fit; names the first ones.
    """
    files = [path for path in Path(folder).rglob("*") if path.name.endswith(JSON_NAMES)]
    found: list[Path] = []
    for path in sorted(files)[:_TRIED]:
        with suppress(SourceError):
            found += [path] * (path.is_file() and fits(path))
    if len(found) > 1:
        some = ", ".join(map(str, found[:3]))
        more = "" if len(found) <= 3 else f" and {len(found) - 3:,} more"
        raise SourceError(f"{folder}: is a folder; name one file of it: {some}{more}")
    return found[0] if found else None


def _holds_scenarios(file: Path) -> bool:
    _read(*next(_entries(file)), None)
    return True


def _entries(file: Path) -> Iterator[tuple[str, Json]]:
    """(place, entry) of each line, of a list, or of the `tasks` of a results file."""
    whole = read_whole(file, DOCUMENT_BYTES)
    if whole is None:
        for place, text in documents(file):
            yield place, parse(place, text)
        return
    document, what = whole[0], "record"
    if isinstance(document, dict) and isinstance(document.get("tasks"), list):
        document, what = document["tasks"], "task"
    if not isinstance(document, list):
        yield str(file), document
        return
    for number, entry in enumerate(document, 1):
        yield f"{file}, {what} {number}", entry


def _read(place: str, entry: Json, domain: str | None) -> tuple[str, ScenarioText | None]:
    """The shape of an entry and its scenario; None where a failed run left none."""
    if isinstance(entry, dict):
        if "requests" in entry:
            return _OURS, _ours(place, entry)
        if "user_scenario" in entry:
            return _TAU2, _tau2(place, entry)
        if "task_id" in entry and ("traj" in entry or "info" in entry):
            return _TRIALS, _trial(place, entry, domain)
        if isinstance(entry.get("instruction"), str):
            return _TASKS, _prose(place, entry, None, domain)
        if {"id", "facts"} <= entry.keys():
            return _OURS, _ours(place, entry)  # which says what is missing
    seen = keys_seen(entry)
    seen = seen if len(seen) <= 300 else f"{seen[:300]}..."
    raise SourceError(f"{place}: holds no scenario: {seen}. {_KNOWN}")


def _ours(place: str, entry: dict[str, Json]) -> ScenarioText:
    try:
        scenario = Scenario.model_validate(entry)
    except ValidationError as error:
        wrong = "; ".join(dict.fromkeys(map(_wrong, error.errors())))
        raise SourceError(f"{place}: is no scenario: {wrong}. A scenario is {EXAMPLE}") from error
    if not scenario.id.strip() or not any(request.strip() for request in scenario.requests):
        raise SourceError(f"{place}: a scenario needs an id and a request that are not empty")
    text = "\n".join((*scenario.requests, *scenario.facts))
    return ScenarioText(scenario, _bounded(place, text))


def _wrong(error: ErrorDetails) -> str:
    """What is wrong with a field, in words."""
    name = str(error["loc"][0])
    match error["type"]:
        case "missing":
            return f'"{name}" is missing'
        case "extra_forbidden":
            return f'"{name}" is no field of a scenario ({", ".join(Scenario.model_fields)} are)'
        case "too_short":
            return f'"{name}" is an empty list'
        case _:
            is_list = name in ("requests", "facts")
            return f'"{name}" has to be {"a list of texts" if is_list else "a text"}'


def _tau2(place: str, entry: dict[str, Json]) -> ScenarioText:
    given, own = entry["user_scenario"], identifier(entry.get("id"))
    if not isinstance(given, dict):
        raise SourceError(f"{place}: `user_scenario` is no object")
    told, persona = given.get("instructions"), _text_of(given.get("persona"))
    if isinstance(told, str):
        return _made(place, own, None, told, _facts(told), [persona, told])
    if not isinstance(told, dict):
        raise SourceError(f"{place}: `user_scenario.instructions` is neither text nor an object")
    parts = {
        name: _text_of(told.get(name))
        for name in ("reason_for_call", "known_info", "unknown_info", "task_instructions")
    }
    domain = _text_of(told.get("domain")) or None
    asked = parts["reason_for_call"] or parts["task_instructions"]
    known = cut_sentences(parts["known_info"])
    return _made(place, own, domain, asked, known, [persona, *parts.values()])


def _trial(place: str, entry: dict[str, Json], domain: str | None) -> ScenarioText | None:
    info = entry.get("info")
    task = info.get("task") if isinstance(info, dict) else None
    if not isinstance(task, dict) or not _text_of(task.get("instruction")):
        return None
    return _prose(place, task, identifier(entry.get("task_id")), domain)


def _prose(place: str, task: dict[str, Json], own: str | None, domain: str | None) -> ScenarioText:
    told = _text_of(task.get("instruction"))
    if not told:
        raise SourceError(f"{place}: `instruction` is empty")
    return _made(place, own or identifier(task.get("id")), domain, told, _facts(told), [told])


def _made(
    place: str,
    own: str | None,
    domain: str | None,
    asked: str,
    facts: list[str],
    text: Iterable[str],
) -> ScenarioText:
    """A scenario of prose: requests are the sentences of `asked` that want something."""
    whole = _bounded(place, "\n".join(part for part in text if part))
    sentences = cut_sentences(asked)
    if not sentences:
        raise SourceError(f"{place}: its instructions are empty")
    requests = [each for each in sentences if _asks(each)] or sentences[:1]
    name = own or content_hash(whole)
    scenario = Scenario(
        id=f"{domain}_{name}" if domain and name.isdigit() else name,
        domain=domain,
        requests=requests,
        facts=[each for each in facts if each not in requests],
    )
    return ScenarioText(scenario, whole)


def _facts(told: str) -> list[str]:
    return [each for each in cut_sentences(told) if _states(each)]


def _asks(sentence: str) -> bool:
    return _WANTS.search(sentence) is not None and not is_conditional(sentence)


def _states(sentence: str) -> bool:
    return _IS.search(sentence) is not None and not is_conditional(sentence)


def _text_of(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _bounded(place: str, text: str) -> str:
    if len(text) > LONGEST:
        raise SourceError(f"{place}: {len(text):,} characters; a scenario has at most {LONGEST:,}")
    return text


def _domain(name: str) -> str | None:
    """The one domain that is a word of the file's name."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    found = [domain for domain in DOMAINS if domain in words]
    return found[0] if len(found) == 1 else None


_WANTS = re.compile(
    r"\b(?:want|wants|need|needs|wish|wishes|would like|looking (?:for|to)|hoping|trying to|try to"
    r"|ask|request|inquire|find out|figure out|book|cancel|change|modify|exchange|return|refund"
    r"|buy|order|fix|contacting|calling|complain)\b",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\b(?i:you are|you're|your (?:\w+ ){1,4}(?:is|are)|you (?:have|live|reside|own|bought"
    r"|received|booked|ordered|just|recently))\b.*(?:\d|@|_|[A-Z])",
)
