from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from persona_extract.errors import PackError, StoreError
from persona_extract.packs.panel import read_panel
from persona_extract.packs.read import Pack
from persona_extract.pipeline.pack_sample import sample_panel
from persona_extract.store.atomic import write_json
from tests.unit.packs.test_pack_diff import demo as demo


@pytest.fixture
def panel(demo: Pack, tmp_path: Path) -> Path:
    path = tmp_path / "panel.json"
    write_json(path, sample_panel(demo, 8).model_dump(mode="json"))
    return path


def test_a_panel_reads_back(demo: Pack, panel: Path) -> None:
    assert read_panel(panel, demo) == sample_panel(demo, 8)


def weigh(panel: dict[str, Any]) -> None:
    panel["members"][0]["weight"] += 0.1


def archetype(panel: dict[str, Any]) -> None:
    panel["members"][0]["archetype"] = "a_00000000"


WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda p: p.update(digest="0" * 64), "panel of another pack"),
    (lambda p: p["members"][0].update(profile="p_" + "0" * 16), "the pack has no profile p_0000"),
    (lambda p: p["members"].append(p["members"][0]), "is in it 2 times"),
    (weigh, "weights sum to 1.1"),
    (archetype, "is of archetype a_"),
    (lambda p: p["members"][0].update(weight=-1), "members.0.weight"),
    (lambda p: p.update(members=[]), "members"),
    (lambda p: p.update(panel_version="9.0"), "panel_version"),
    (lambda p: p.update(text="hello"), "text: Extra inputs"),
    (lambda p: p.pop("seed"), "seed: Field required"),
]


@pytest.mark.parametrize(("harm", "said"), WRONG)
def test_a_wrong_panel_is_refused(
    demo: Pack, panel: Path, harm: Callable[[dict[str, Any]], object], said: str
) -> None:
    written = json.loads(panel.read_text())
    harm(written)
    panel.write_text(json.dumps(written))
    with pytest.raises(PackError, match=said) as refused:
        read_panel(panel, demo)
    assert str(panel) in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"members": ' + b"[" * 9999])
def test_what_is_no_panel_is_refused(demo: Pack, panel: Path, content: bytes) -> None:
    panel.write_bytes(content)
    with pytest.raises(PackError, match="no panel"):
        read_panel(panel, demo)


def test_a_pipe_is_not_read(demo: Pack, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="pipe or a device; save it to a file first"):
        read_panel(tmp_path / "pipe", demo)


def test_a_missing_file_is_named(demo: Pack, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.json"):
        read_panel(tmp_path / "none.json", demo)
