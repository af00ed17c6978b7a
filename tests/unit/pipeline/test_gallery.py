from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.errors import PackError, PersonaExtractError, UsageError
from persona_extract.pipeline import gallery
from persona_extract.pipeline.gallery import make_gallery
from persona_extract.pipeline.steps import Silent
from persona_extract.report.gallery import MARKER
from tests.unit.report.gallery_made import DEMO


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_gallery_is_made_and_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    made = make_gallery(DEMO, tmp_path / "a" / "g", Silent())
    first = files(tmp_path / "a" / "g")
    assert made.n_files == len(first) == 52
    assert made.n_bytes == sum(map(len, first.values()))
    (tmp_path / "a" / "g" / "left over.html").write_text("of an older pack")
    make_gallery(DEMO, tmp_path / "a" / "g", Silent())
    assert files(tmp_path / "a" / "g") == first
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["g"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "g").mkdir()
    make_gallery(DEMO, tmp_path / "g", Silent())
    assert (tmp_path / "g" / "index.html").is_file()


def test_what_is_no_gallery_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "index.html").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for out in ("thesis", "file"):
        with pytest.raises(UsageError, match="choose a folder"):
            make_gallery(DEMO, tmp_path / out, Silent())
    assert files(tmp_path / "thesis") == {"index.html": b"mine"}


@pytest.mark.parametrize("place", [".", "gallery", ".."])
def test_a_pack_is_not_written_over(place: str, tmp_path: Path) -> None:
    pack = tmp_path / "x" / "pack"
    pack.mkdir(parents=True)
    with pytest.raises(UsageError, match="must not share a folder"):
        make_gallery(pack, pack / place, Silent())


def test_a_damaged_pack_leaves_no_gallery(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    for name, content in files(DEMO).items():
        (pack / name).write_bytes(content)
    (pack / "profiles.jsonl").write_bytes(b"{}\n")
    with pytest.raises(PackError):
        make_gallery(pack, tmp_path / "g", Silent())
    assert not (tmp_path / "g").exists()


def test_a_gallery_that_cannot_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_gallery(DEMO, tmp_path / "g", Silent())
    before = files(tmp_path / "g")

    def broken(pack, card):
        yield from ()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gallery, "gallery_pages", broken)
    with pytest.raises(PersonaExtractError, match="disk is full"):
        make_gallery(DEMO, tmp_path / "g", Silent())
    assert files(tmp_path / "g") == before and MARKER in before
    assert [path.name for path in tmp_path.iterdir()] == ["g"]
