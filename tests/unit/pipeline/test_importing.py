"""RealUserSim's rows as a pack: from any file, with every row accounted for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import SourceError, StoreError, UsageError
from persona_extract.packs.read import Pack, read_pack, validate_pack
from persona_extract.pipeline.exporting import Order, export_pack, write_export
from persona_extract.pipeline.importing import Import, Imported, import_realusersim
from persona_extract.pipeline.row_files import MAX_LINE
from persona_extract.profile.render import render
from persona_extract.records.directives import ImportedDirective
from persona_extract.records.profile import Profile
from tests.unit.exports.rows import DEMOGRAPHICS, jsonl, row

DEMO = Path(__file__).parents[3] / "profiles" / "demo"
IP = "0123456789abcdef0123456789abcdef"
ROWS: list[object] = [row(f"{n}{IP[1:]}") for n in range(3)]


def made(tmp_path: Path, content: bytes, name: str = "rows.jsonl", **asked: object) -> Imported:
    path = tmp_path / name
    path.write_bytes(content)
    return import_realusersim(Import(path, tmp_path / "pack", **asked))  # type: ignore[arg-type]


def texts(profile: Profile) -> list[str]:
    return [each.text for each in profile.directives]


def test_a_valid_pack_that_says_that_it_is_imported(tmp_path: Path) -> None:
    found = made(tmp_path, jsonl(ROWS), name="x.jsonl", version="1.0.2")
    assert validate_pack(tmp_path / "pack") == ()
    pack = read_pack(tmp_path / "pack")
    manifest = pack.manifest
    assert (manifest.imported, manifest.made_up, manifest.demographics) == (True, False, False)
    assert (manifest.version, manifest.n_profiles, found.rows) == ("1.0.2", 3, 3)
    assert manifest.licences == ["ODC-BY-1.0"] and manifest.corpora == ["RealUserSim (imported)"]
    assert (found.directives, found.unread, found.dropped["examples"]) == (9, [], 6)
    for one in pack.profiles:
        assert one.policy is None and one.readings == [] and one.background == []
        assert all(isinstance(each, ImportedDirective) for each in one.directives)
        assert "lower case" in render(one)


def test_no_hash_of_an_address_and_no_quote_is_written(tmp_path: Path) -> None:
    made(tmp_path, jsonl(ROWS), demographics=True, salt="s")
    whole = b"".join(path.read_bytes() for path in (tmp_path / "pack").iterdir())
    for secret in (IP[1:], "shed door", "made up", "aa11"):
        assert secret.encode() not in whole.replace(b"made up for", b"")


def test_demographics_only_where_asked_for(tmp_path: Path) -> None:
    without = made(tmp_path, jsonl(ROWS))
    assert (without.backgrounds, without.dropped["demographics: not asked for"]) == (0, 6)
    found = made(tmp_path, jsonl(ROWS), demographics=True)
    assert found.backgrounds == 6
    pack = read_pack(tmp_path / "pack")
    assert pack.manifest.demographics
    assert [each.value for each in pack.profiles[0].background] == ["25-34", "female"]


def test_keys_are_random_unless_salted(tmp_path: Path) -> None:
    digests = [made(tmp_path, jsonl(ROWS), salt=salt).digest for salt in (None, None, "a", "a")]
    assert digests[2] == digests[3]
    assert len(set(digests)) == 3


def parquet(rows: list[object], folder: Path) -> bytes:
    path = folder / "made.parquet"
    pl.DataFrame(rows).write_parquet(path)
    return path.read_bytes()


def texted(rows: list[object], folder: Path) -> bytes:
    """Demographics as text, as in files with one type a column."""
    flat = [{**each, "demographics": json.dumps(DEMOGRAPHICS)} for each in rows]  # type: ignore[dict-item]
    return parquet(list(flat), folder)


SHAPES: dict[str, Callable[[list[object], Path], bytes]] = {
    "lines": lambda rows, _: jsonl(rows),
    "blank lines": lambda rows, _: jsonl(rows).replace(b"\n", b"\n\n"),
    "list": lambda rows, _: json.dumps(rows).encode(),
    "indented list": lambda rows, _: json.dumps(rows, indent=2).encode(),
    "object with a list": lambda rows, _: json.dumps({"v": 1, "rows": rows}, indent=1).encode(),
    "parquet": parquet,
    "parquet of text": texted,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_file_gives_the_same_profiles(shape: str, tmp_path: Path) -> None:
    content = SHAPES[shape](ROWS, tmp_path)
    found = made(tmp_path, content, name="given", demographics=True, salt="s")
    assert (found.profiles, found.unread) == (3, [])
    pack = read_pack(tmp_path / "pack")
    assert {len(each.background) for each in pack.profiles} == {2}


def test_a_single_object_over_several_lines_is_a_row(tmp_path: Path) -> None:
    assert made(tmp_path, json.dumps(ROWS[0], indent=2).encode()).profiles == 1


def test_rows_that_cannot_be_read_are_listed_with_reasons(tmp_path: Path) -> None:
    lines = jsonl([ROWS[0], [], ROWS[0], {}]).splitlines(keepends=True)
    lines += [b"{not json\n", b"\xff\xfe\n", b" " * (MAX_LINE + 10) + b"\n", jsonl([ROWS[1]])]
    found = made(tmp_path, b"".join(lines))
    assert (found.rows, found.profiles) == (8, 2)
    reasons = {each.row: each.reason for each in found.unread}
    assert reasons.keys() == {2, 3, 4, 5, 6, 7}
    assert reasons[3] == "the user of row 1 again"
    assert reasons[5].startswith("not JSON") and reasons[6].startswith("not JSON")
    assert reasons[7] == f"longer than {MAX_LINE} bytes"
    assert IP[1:] not in found.model_dump_json()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "has no profile"),
        (b"{}", "Row 1: user_ip is missing"),
        (b"[1, 2", "is not JSON"),
        (b"PAR1nothing", "cannot be read as Parquet"),
        (b"[]", "has no profile"),
        (b"\x00\x01\x02", "Row 1: not JSON"),
    ],
)
def test_files_that_are_none(content: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=why):
        made(tmp_path, content)
    assert not (tmp_path / "pack").exists()
    assert not [path for path in tmp_path.iterdir() if path.name != "rows.jsonl"]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        import_realusersim(Import(tmp_path / "none.jsonl", tmp_path / "pack"))


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="pipe or a device; save it to a file first"):
        import_realusersim(Import(tmp_path / "pipe", tmp_path / "pack"))


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "thesis.txt").write_text("mine")
    (tmp_path / "pack" / "manifest.json").write_text("{}")  # as in many other folders
    with pytest.raises(UsageError, match="not empty and is no pack"):
        made(tmp_path, jsonl(ROWS))
    assert (tmp_path / "pack" / "thesis.txt").read_text() == "mine"


def exported_rows(pack: Path, to: Path) -> Path:
    return write_export(export_pack(pack, "realusersim", Order()), to)[0]


def by_directives(pack: Pack) -> list[list[str]]:
    return sorted(texts(each) for each in pack.profiles)


def test_there_and_back_again(tmp_path: Path) -> None:
    path = exported_rows(DEMO, tmp_path / "rows.jsonl")
    found = import_realusersim(Import(path, tmp_path / "pack"))
    assert (found.profiles, found.unread, found.dropped) == (44, [], {})
    back = read_pack(tmp_path / "pack")
    assert by_directives(back) == by_directives(read_pack(DEMO))
    again = exported_rows(tmp_path / "pack", tmp_path / "again.jsonl")
    written = [json.loads(each.read_bytes().splitlines()[0]) for each in (path, again)]
    assert written[0].keys() == written[1].keys()
