"""Records in WildChat's shape as rows of RECORDS: one mapping for Parquet and for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import orjson
import polars as pl

from persona_extract.errors import SourceError
from persona_extract.records.tables import MESSAGES, RECORDS
from persona_extract.sources._chat_shapes import keys_seen
from persona_extract.sources._json_text import Json, parse, write
from persona_extract.sources._stream import Documents, Read
from persona_extract.sources._times import utc_time
from persona_extract.text import content_hash

_MESSAGE = {
    "role": pl.String(),
    "content": pl.String(),
    "language": pl.String(),
    "toxic": pl.Boolean(),
    "redacted": pl.Boolean(),
    "hashed_ip": pl.String(),
    "timestamp": pl.String(),
    "turn_identifier": pl.String(),
}
_RECORD: dict[str, pl.DataType] = {
    "conversation_hash": pl.String(),
    "model": pl.String(),
    "timestamp": pl.String(),
    "conversation": pl.List(pl.Struct(_MESSAGE)),
    "language": pl.String(),
    "toxic": pl.Boolean(),
    "redacted": pl.Boolean(),
    "hashed_ip": pl.String(),
    "licence": pl.String(),
    "license": pl.String(),
    "_dataset": pl.String(),
}
COLUMNS = list(_RECORD)
"""Fields that are read; moderation scores, headers and places are not."""

HUB_COLUMNS = [name for name in COLUMNS if name not in ("licence", "license", "_dataset")]

_TRUTH = {"true": True, "1": True, "false": False, "0": False}

_TEXT = (str, type(None))
_ROLES = frozenset(("user", "assistant", "system", "developer", "tool", "function"))

ODC_BY = "ODC-BY-1.0"
UNKNOWN_LICENCE = "unknown (see the source)"


@dataclass(frozen=True, slots=True)
class Origin:
    """What is written on every row: where it comes from."""

    corpus: str
    revision: str


def json_rows(batch: Documents, origin: Origin) -> Read:
    """Rows of JSON documents.

    Raises:
        SourceError: naming the file and line of a record that is broken or of another shape.
    """
    records = [_record(place, parse(place, text)) for place, text in batch]
    whole = b"\n".join(
        write(place, record) for (place, _), record in zip(batch, records, strict=True)
    )
    try:
        frame = pl.read_ndjson(whole, schema=_RECORD)
    except pl.exceptions.PolarsError:
        for (place, _), record in zip(batch, records, strict=True):
            _refuse_other_types(place, record)
        raise
    return frame_rows(frame, origin)


def frame_rows(frame: pl.DataFrame, origin: Origin) -> Read:
    """Rows of a table in WildChat's shape, whatever fields and types its writer left of it."""
    narrow = frame.select(_top_field(frame.schema, name) for name in _RECORD)
    kept = narrow.filter(pl.col("conversation").list.len() > 0)
    rows = kept.with_columns(**_told_by_messages()).select(**_columns(origin))
    named = rows.with_columns(source_id=_own_ids(rows))
    missing = narrow.height - kept.height
    return named.cast(cast(Any, RECORDS)), {"no messages": missing} if missing else {}


def message_fields(dtype: pl.DataType | None) -> dict[str, pl.DataType]:
    """Fields of one message in a `conversation` of this type; empty if it is no list of structs."""
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    if not isinstance(inner, pl.Struct):
        return {}
    return {field.name: cast(pl.DataType, field.dtype) for field in inner.fields}


def _record(place: str, value: Json) -> dict[str, Json]:
    if isinstance(value, dict) and "conversation" in value:
        _refuse_other_messages(place, value["conversation"])
        return {name: value.get(name) for name in _RECORD}
    seen = ", ".join(sorted(value)[:12]) if isinstance(value, dict) else type(value).__name__
    raise SourceError(
        f"{place}: not a record in WildChat's shape like the first one: it has no `conversation`"
        f" (seen: {seen}). Read files of different shapes one by one"
    )


def _refuse_other_messages(place: str, messages: Json) -> None:
    """What is no text, polars would read as the JSON that it is written in."""
    for message in messages if isinstance(messages, list) else ():
        if not isinstance(message, dict):
            continue
        content, role = message.get("content"), message.get("role")
        if not isinstance(content, _TEXT):
            raise SourceError(f"{place}: a message's content is {keys_seen(content)}, not text")
        if not isinstance(role, _TEXT) or (role and role.lower() not in _ROLES):
            raise SourceError(
                f"{place}: a message of unknown role {str(role)[:40]!r};"
                f" known: {', '.join(sorted(_ROLES))}"
            )


def _refuse_other_types(place: str, record: dict[str, Json]) -> None:
    try:
        pl.read_ndjson(orjson.dumps(record), schema=_RECORD)
    except pl.exceptions.PolarsError as error:
        why = str(error).splitlines()[0][:160]
        raise SourceError(f"{place}: a field is of another type than in WildChat: {why}") from error


def _top_field(schema: pl.Schema, name: str) -> pl.Expr:
    if name not in schema:
        return pl.lit(None, dtype=_RECORD[name]).alias(name)
    if name == "conversation":
        return _conversation(schema[name])
    return _plain(pl.col(name), schema[name], _RECORD[name]).alias(name)


def _conversation(dtype: pl.DataType) -> pl.Expr:
    held = message_fields(dtype)
    fields = [
        _plain(pl.element().struct.field(name), held[name], wanted).alias(name)
        if name in held
        else pl.lit(None, dtype=wanted).alias(name)
        for name, wanted in _MESSAGE.items()
    ]
    return pl.col("conversation").list.eval(pl.struct(fields))


def _plain(column: pl.Expr, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        stamped = column if dtype.time_zone else column.dt.replace_time_zone("UTC")
        return stamped.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00")
    if wanted == pl.Boolean and not isinstance(dtype, pl.Boolean | pl.Null):
        told = column.cast(pl.String).str.to_lowercase()
        return told.replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    return column.cast(wanted, strict=False)


def _told_by_messages() -> dict[str, pl.Expr]:
    """What the record itself leaves null and its messages say."""
    said = pl.col("conversation").list
    element = pl.element().struct.field

    def first(name: str) -> pl.Expr:
        return said.eval(element(name).drop_nulls()).list.first()

    return {
        "user_id": pl.coalesce(
            pl.col("hashed_ip").replace("", None), first("hashed_ip").replace("", None)
        ),
        "language": pl.coalesce("language", first("language")),
        "toxic": pl.coalesce("toxic", said.eval(element("toxic").drop_nulls()).list.max()),
        "redacted": pl.coalesce("redacted", said.eval(element("redacted").drop_nulls()).list.max()),
        "began": first("timestamp"),
        "turn_identifier": first("turn_identifier"),
    }


def _columns(origin: Origin) -> dict[str, pl.Expr]:
    other = pl.col("_dataset").is_not_null()
    role = pl.element().struct.field("role").str.to_lowercase()
    message = pl.struct(role=role, content=pl.element().struct.field("content").fill_null(""))
    return {
        # WildChat's hash is of the content alone: the same text twice has the same hash.
        "source_id": pl.concat_str(
            "conversation_hash", "turn_identifier", separator="-", ignore_nulls=True
        ),
        "user_id": pl.col("user_id"),
        "corpus": pl.coalesce(pl.col("_dataset").str.extract(r"^\s*(\S+)"), pl.lit(origin.corpus)),
        "revision": pl.lit(origin.revision),
        "licence": pl.coalesce(
            "licence",
            "license",
            pl.when(other).then(pl.lit(UNKNOWN_LICENCE)).otherwise(pl.lit(ODC_BY)),
        ),
        "domain": pl.lit(None, dtype=pl.String),
        "model": pl.col("model"),
        "language": pl.col("language"),
        "toxic": pl.col("toxic"),
        "redacted": pl.col("redacted"),
        # the record's own time is that of its last turn
        "started": utc_time(pl.coalesce("began", "timestamp")),
        "messages": pl.col("conversation")
        .list.eval(message.filter(role.is_in(["user", "assistant"])))
        .cast(MESSAGES),
    }


def _own_ids(rows: pl.DataFrame) -> pl.Series:
    """The corpus's ids; where one is missing, a hash of what was said and by whom."""
    if not rows["source_id"].str.len_bytes().eq(0).fill_null(True).any():
        return rows["source_id"]
    told = rows.select(pl.struct("user_id", "started", "messages").struct.json_encode()).to_series()
    hashed = [
        own or content_hash(cast(str, text), length=32)
        for own, text in zip(rows["source_id"], told, strict=True)
    ]
    return pl.Series("source_id", hashed, dtype=pl.String)
