"""A simulator's answers to the survey of the User-Sim Index, from a JSON file."""

from __future__ import annotations

from pathlib import Path

import orjson

from persona_extract.benchmarks.protocol import Json
from persona_extract.errors import SourceError
from persona_extract.fidelity.usi.scores import Answers, task_key
from persona_extract.fidelity.usi.sides import Surveys
from persona_extract.fidelity.usi.survey import FIELDS

_SHAPES = (
    "known are {TASK: {survey: {FIELD: ANSWER}}} and [{task_id: TASK, survey: {FIELD: ANSWER}}],"
    " where an answer may also be {question, answer}"
)


def read_survey(path: str) -> Surveys:
    """Task key -> field -> answer.

    Raises:
        SourceError: no such file, no JSON, of another shape, or no known field anywhere in it.
    """
    try:
        document: Json = orjson.loads(Path(path).expanduser().read_bytes())
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}; --survey takes a JSON file") from error
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path}: not JSON ({error}); {_SHAPES}") from error
    found = {
        task_key(task): _answers(path, task, entry) for task, entry in _entries(path, document)
    }
    if not any(field in FIELDS for answers in found.values() for field in answers):
        raise SourceError(f"{path}: no field of the survey ({', '.join(FIELDS)}) in it; {_SHAPES}")
    return found


def _entries(path: str, document: Json) -> list[tuple[str, Json]]:
    if isinstance(document, dict):
        return list(document.items())
    if not isinstance(document, list):
        raise SourceError(f"{path}: neither an object nor a list; {_SHAPES}")
    found: list[tuple[str, Json]] = []
    for n, entry in enumerate(document):
        task = entry.get("instance_id", entry.get("task_id")) if isinstance(entry, dict) else None
        if not isinstance(task, str):
            raise SourceError(f"{path}, entry {n}: no task_id that is text; {_SHAPES}")
        found.append((task, entry))
    return found


def _answers(path: str, task: str, entry: Json) -> Answers:
    given = entry.get("survey", entry) if isinstance(entry, dict) else entry
    if not isinstance(given, dict):
        raise SourceError(f"{path}, {task}: no object of answers; {_SHAPES}")
    return {field: _answer(value) for field, value in given.items()}


def _answer(value: Json) -> str | None:
    said = value.get("answer") if isinstance(value, dict) else value
    return said if isinstance(said, str) else None
