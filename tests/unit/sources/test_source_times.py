from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.sources._times import utc_time

EIGHT = datetime(2024, 5, 1, 8, tzinfo=UTC)


def read(text: str | None) -> datetime | None:
    return pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(utc_time(pl.col("t"))).item()


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T08:00:00Z", "2024-05-01T08:00:00+00:00", "2024-05-01 08:00:00",
        "2024-05-01 08:00:00 UTC", "2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00+0200",
        "2024-05-01T08:00", "2024-05-01T08:00Z", "2024-05-01T08:00:00.000000",
        " 2024-05-01T08:00:00Z ",
        "1714550400", "1714550400.0", "1714550400000",
    ],
)  # fmt: skip
def test_ways_to_write_eight_o_clock(text: str) -> None:
    assert read(text) == EIGHT


def test_a_day_is_its_midnight_and_fractions_stay() -> None:
    assert read("2024-05-01") == datetime(2024, 5, 1, tzinfo=UTC)
    assert read("2024-05-01T08:00:00.123456Z") == EIGHT + timedelta(microseconds=123456)


@pytest.mark.parametrize("text", ["yesterday", "", "2024-13-01", "01/05/2024", None])
def test_what_is_no_time_is_null(text: str | None) -> None:
    assert read(text) is None


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_what_python_writes_is_read(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read(zoned.isoformat()) == zoned.astimezone(UTC)
