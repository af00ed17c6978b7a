from pathlib import Path

import pytest

from persona_extract.encoders import encoder_kinds, open_encoder
from persona_extract.encoders import sentence_transformer as room
from persona_extract.errors import UsageError


@pytest.fixture(autouse=True)
def empty_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_auto_without_a_model_is_lsa_and_says_why():
    chosen = open_encoder("auto")
    assert chosen.encoder.name == "lsa(64)"
    assert chosen.line == (
        "encoder: lsa(64) (sentence-transformers/all-MiniLM-L6-v2 is not on disk "
        "and HF_HUB_OFFLINE is set)"
    )
    assert not chosen.per_text


def test_auto_takes_the_model_when_it_is_on_disk(tmp_path: Path):
    commit = "a" * 40
    _snapshot(tmp_path / "hub", commit, "config.json", "model.safetensors")
    chosen = open_encoder("auto")
    assert chosen.encoder.name == "sentence-transformers:all-MiniLM-L6-v2@aaaaaaaa"
    assert chosen.per_text
    assert "\n" not in chosen.line


def test_a_half_fetched_model_is_not_on_disk(tmp_path: Path):
    _snapshot(tmp_path / "hub", "a" * 40, "config.json", "modules.json")
    assert "lsa" in open_encoder("auto").line


def test_an_unreachable_hub_is_named_as_the_reason(monkeypatch: pytest.MonkeyPatch):
    import httpx

    def refuse(*_args: object, **_options: object) -> None:
        raise httpx.ConnectError("no route")

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", refuse)
    assert open_encoder("auto").line.endswith("not on disk and the hub cannot be reached)")
    with pytest.raises(UsageError, match=r"cannot be reached.*encoder = \"lsa\""):
        open_encoder("sentence-transformers")


def test_dimensions_of_lsa():
    assert open_encoder("lsa:128").encoder.name == "lsa(128)"
    for wrong in ("lsa:0", "lsa:many", "lsa:-3", "lsa:99999"):
        with pytest.raises(UsageError, match="1 to 1024"):
            open_encoder(wrong)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("lsi", "lsa"), ("sentence_transformers", "sentence-transformers"), ("Auto", "auto")],
)
def test_an_unknown_kind_names_the_nearest(asked: str, nearest: str):
    with pytest.raises(UsageError, match=f'did you mean "{nearest}"'):
        open_encoder(asked)


def test_a_folder_without_a_model_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="holds no model"):
        open_encoder(f"sentence-transformers:{tmp_path}")
    with pytest.raises(UsageError, match="is not a folder"):
        open_encoder(f"sentence-transformers:{tmp_path}/absent")


def test_a_damaged_model_is_a_usage_error(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    encoder = open_encoder(f"sentence-transformers:{tmp_path}").encoder
    with pytest.raises(UsageError, match="no sentence-transformers model"):
        encoder.encode(["continue"], seed=0)


def test_a_changed_model_folder_has_another_name(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    first = room.ENCODER.opens(str(tmp_path)).name
    weights.write_bytes(b"two")
    assert room.ENCODER.opens(str(tmp_path)).name != first


def test_the_room_lists_kinds_by_name():
    assert not encoder_kinds()["lsa"].per_text


def _snapshot(hub: Path, commit: str, *files: str) -> None:
    model = hub / "models--sentence-transformers--all-MiniLM-L6-v2"
    folder = model / "snapshots" / commit
    folder.mkdir(parents=True)
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text(commit)
    for file in files:
        (folder / file).write_text("{}")
