"""Times as logs write them."""

from __future__ import annotations

from typing import Any, cast

import polars as pl

from persona_extract.records.tables import TIME


def utc_time(column: pl.Expr) -> pl.Expr:
    """Times from text: ISO 8601 (UTC if it names no zone), or seconds or milliseconds since 1970.

    Null where it is none of these.
    """
    iso = column.str.strip_chars().str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00")
    iso = iso.str.replace(r"^(\d{4}-\d\d-\d\d) +", "${1}T").str.replace(r" ?(Z|UTC)$", "+00:00")
    iso = iso.str.replace(r"(T\d\d:\d\d)($|[+-])", "${1}:00${2}")
    iso = iso.str.replace(r"(T[\d:.]+)$", "${1}+00:00")
    read = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", strict=False)
    number = column.cast(pl.Float64, strict=False)
    micros = number * pl.when(number.abs() < 1e11).then(1e6).otherwise(1e3)
    epoch = micros.cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC"))
    return pl.coalesce(read.dt.convert_time_zone("UTC"), epoch).cast(cast(Any, TIME))
