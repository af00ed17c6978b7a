"""Records of local JSON and JSON Lines files, one by one, each with the place where it stands."""

from __future__ import annotations

import gzip
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from persona_extract.errors import SourceError
from persona_extract.sources._files import JSON_LINES_NAMES, reporting

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

LINE_BYTES = 64 * 2**20
"""Longest line, or JSON file that is one document, that is taken into memory."""

_BOM = b"\xef\xbb\xbf"
_TOO_DEEP = "JSON nested too deeply"
_ADVICE = "Nothing is skipped silently: repair or delete it, then run again"


def documents(path: Path) -> Iterator[tuple[str, bytes]]:
    """(place, JSON text) of each record: of each line, or of a whole `.json` file's elements.

    Raises:
        SourceError: unreadable, cut off, empty, not what the name claims, or too long a line.
    """
    empty = True
    for place, text in _elements(path) if _is_whole(path) else lines(path):
        empty = False
        yield place, text
    if empty:
        raise SourceError(f"{path}: is empty; fetch it again or remove it")


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """(FILE:LINE, line) of each line that is not blank, without its end and without a BOM."""
    number = 0
    with reporting(path), _opened(path) as stream:
        while line := stream.readline(LINE_BYTES + 1):
            number += 1
            if len(line) > LINE_BYTES:
                raise SourceError(
                    f"{path}:{number}: line longer than {LINE_BYTES >> 20} MiB; convert the"
                    " file to JSON Lines (one record a line), or split that record"
                )
            if text := line.removeprefix(_BOM if number == 1 else b"").strip():
                yield f"{path}:{number}", text


def count_lines(path: Path) -> int | None:
    """Records of a JSON Lines file; None for a `.json` file, which would have to be parsed."""
    if not path.name.lower().endswith(JSON_LINES_NAMES):
        return None
    return sum(1 for _ in lines(path))


def parse(place: str, text: bytes) -> Json:
    """The JSON value of one document. NaN is read as null, half a surrogate pair as U+FFFD.

    Raises:
        SourceError: naming the place, the column and what is wrong.
    """
    try:
        return cast(Json, orjson.loads(text))
    except orjson.JSONDecodeError as error:
        return _parse_leniently(place, text, error)


def write(place: str, value: Json) -> bytes:
    """The JSON text of a value.

    Raises:
        SourceError: nested too deeply.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise SourceError(f"{place}: {_TOO_DEEP}. {_ADVICE}") from error


def first_record(path: Path) -> Json:
    """The first record of a JSON file, None if that cannot be read."""
    try:
        return read_first(path)
    except SourceError:
        return None


def read_first(path: Path) -> Json:
    """The first record of a JSON file.

    Raises:
        SourceError: see `documents` and `parse`.
    """
    found = next(documents(path), None)
    return None if found is None else parse(*found)


def read_whole(path: Path, at_most: int) -> tuple[Json] | None:
    """The value of a file that is one JSON document; None if it is JSON Lines.

    Raises:
        SourceError: unreadable, empty, no JSON, or one document of more than `at_most` bytes.
    """
    if path.name.lower().endswith(JSON_LINES_NAMES):
        return None
    with reporting(path), _opened(path) as stream:
        text = stream.read(at_most + 1).removeprefix(_BOM)
    if not text.strip():
        raise SourceError(f"{path}: is empty; fetch it again or remove it")
    with suppress(orjson.JSONDecodeError):
        if len(text) <= at_most:
            return (cast(Json, orjson.loads(text)),)
    if not _is_whole(path):
        return None
    if len(text) > at_most:
        raise SourceError(f"{path}: one JSON document over {at_most >> 20} MiB; split it")
    return (parse(str(path), text),)


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    with path.open("rb") as stream:
        magic = stream.read(4)
        stream.seek(0)
        _refuse_disguise(path, magic)
        if path.name.lower().endswith(".gz"):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield stream


def _refuse_disguise(path: Path, magic: bytes) -> None:
    packed = path.name.lower().endswith(".gz")
    if packed and magic and not magic.startswith(b"\x1f\x8b"):
        raise SourceError(f"{path}: is not gzip, whatever its name says; rename or fetch it again")
    if not packed and magic.startswith(b"\x1f\x8b"):
        raise SourceError(f"{path}: is gzip-compressed; give it a name that ends in .gz")
    if magic == b"PAR1":
        raise SourceError(f"{path}: is a Parquet file; give it a name that ends in .parquet")
    if magic in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        raise SourceError(f"{path}:1: is UTF-32, not UTF-8; convert it (iconv -f UTF-32 -t UTF-8)")
    if magic.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{path}:1: is UTF-16, not UTF-8; convert it (iconv -f UTF-16 -t UTF-8)")


def _is_whole(path: Path) -> bool:
    """Whether a `.json` file is one document; many in the wild are JSON Lines all the same."""
    if path.name.lower().endswith(JSON_LINES_NAMES):
        return False
    start = lines(path)
    first, second = next(start, None), next(start, None)
    if first is None or second is None:
        return True
    try:
        return not isinstance(orjson.loads(first[1]), dict | list)
    except orjson.JSONDecodeError:
        return True


def _elements(path: Path) -> Iterator[tuple[str, bytes]]:
    with reporting(path), _opened(path) as stream:
        text = stream.read(LINE_BYTES + 1).removeprefix(_BOM)
    if len(text) > LINE_BYTES:
        size = LINE_BYTES >> 20
        raise SourceError(f"{path}: one JSON document over {size} MiB; convert it to JSON Lines")
    if not text.strip():
        return
    value = parse(f"{path}:1", text)
    if not isinstance(value, list) or _is_conversation(value):
        yield str(path), write(str(path), value)
        return
    for number, element in enumerate(value, 1):
        place = f"{path}, record {number}"
        yield place, write(place, element)


def _is_conversation(value: list[Json]) -> bool:
    return (
        bool(value)
        and isinstance(value[0], dict)
        and not value[0].keys().isdisjoint(("role", "from"))
    )


def _parse_leniently(place: str, text: bytes, error: orjson.JSONDecodeError) -> Json:
    if b"\0" in text[:4]:
        raise SourceError(f"{place}: binary data, UTF-16 or UTF-32; JSON has to be UTF-8 text")
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError as bad:
        what = "binary data" if b"\0" in text else f"not UTF-8 (byte {bad.start})"
        raise SourceError(f"{place}: {what}; JSON has to be UTF-8 text") from bad
    except json.JSONDecodeError as bad:
        raise SourceError(f"{place}: {_what_is_wrong(bad)}. {_ADVICE}") from bad
    except RecursionError as bad:
        raise SourceError(f"{place}: {_TOO_DEEP}. {_ADVICE}") from bad
    whole = json.dumps(value, ensure_ascii=False).encode("utf-16", errors="surrogatepass")
    return cast(Json, orjson.loads(whole.decode("utf-16", errors="replace")))


def _what_is_wrong(error: json.JSONDecodeError) -> str:
    """In words; a file that ended too early is told from one that was never JSON."""
    end = len(error.doc.rstrip())
    in_escape = error.msg.startswith("Invalid \\") and error.pos + len("\\uXXXX") > end
    if error.pos >= end or error.msg.startswith("Unterminated string") or in_escape:
        return f"the JSON breaks off after {end} characters"
    line = f"line {error.lineno}, " if error.lineno > 1 else ""
    return f"not JSON at {line}column {error.colno} ({error.msg})"
