"""The catalogue that the label stage writes, with and without a labeler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from persona_extract.errors import ModelUnavailable, StoreError
from persona_extract.pipeline import models
from persona_extract.pipeline.archetypes import kinds_of_users
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.label import (
    catalogue,
    label_all,
    label_calls_at_most,
    label_settings,
)
from persona_extract.records.calls import Call
from persona_extract.records.catalogue import Archetype, Label, Left, Mark
from persona_extract.records.models import ModelSettings, ModelsSettings
from persona_extract.records.tables import READ, STATEMENTS, TRAIT_MEMBERS
from persona_extract.store.atomic import write_json, write_table
from persona_extract.traits.naming import MAX_TOKENS
from tests.unit.pipeline.fake_labeler import MODEL, FakeLabeler
from tests.unit.pipeline.runs import SETTINGS as FEW
from tests.unit.pipeline.runs import run_to

SETTINGS = FEW.model_copy(update={"cluster": FEW.cluster.model_copy(update={"max_clusters": 20})})
"""With so few clusters as in other tests there would be one move and no label to choose."""

A, B = "t_0000000a", "t_0000000b"
SAYS = {
    A: "The user corrects the assistant and repeats the request.",
    B: "The user gives examples before the question.",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A run of the demo without a model, with traits and archetypes as a clustering leaves them."""
    made = run_to("demo", tmp_path_factory.mktemp("label") / "w", "label", SETTINGS)
    users = pl.read_parquet(made.folder("curate") / "turns" / "*.parquet")
    _write_traits(made, users.unique("user_key").sort("user_key"))
    _write_archetypes(made)
    label_all(made)
    return made


@pytest.fixture
def labelled(plain: Job, monkeypatch: pytest.MonkeyPatch) -> tuple[Job, FakeLabeler]:
    fake = FakeLabeler()
    monkeypatch.setattr(models, "asker", fake)
    return with_labeler(plain), fake


def with_labeler(job: Job) -> Job:
    chosen = ModelsSettings(labeler=ModelSettings(model=MODEL), reader=ModelSettings(model="r"))
    return replace(job, settings=SETTINGS.model_copy(update={"models": chosen}))


def test_without_a_model_names_are_key_phrases_and_are_tested_by_the_encoder(plain: Job) -> None:
    made = catalogue(plain)
    every = [*made.moves, *made.traits]
    assert {one.label.made_by for one in every} == {"key phrases"}
    assert {trait.id for trait in made.traits} == {A, B}
    names = {trait.id: trait.label.name for trait in made.traits}
    assert "corrects" in names[A] or "repeats" in names[A]
    assert [one.kind for one in made.accuracy] == ["move", "trait"]
    assert all(one.judge.startswith("lsa") for one in made.accuracy)
    moves, traits = made.accuracy
    assert moves.low > 1 / moves.choices, "labels of moves are better than chance"
    assert (traits.accuracy, traits.choices) == (1.0, 2)
    assert made.archetypes[0].label.name == "short messages"
    assert [left.kind for left in made.left][-1] == "archetype"


def test_the_same_run_gives_the_same_bytes(plain: Job) -> None:
    path = plain.folder("label") / "catalogue.json"
    before = path.read_bytes()
    label_all(plain)
    assert path.read_bytes() == before


def test_a_labeler_names_everything_and_is_tested(labelled: tuple[Job, FakeLabeler]) -> None:
    job, fake = labelled
    before = catalogue(job)
    counts = label_all(job)
    made = catalogue(job)
    shown = [one for one in made.moves if one.label.name != "topic words only"]
    named = [*shown, *made.traits, *made.archetypes]
    assert {one.label.made_by for one in named} == {MODEL}
    assert len({one.label.name for one in [*made.moves]}) == len(made.moves)
    assert counts["labels: by the model"] == len(named)
    assert [one.judge for one in made.accuracy] == [MODEL, MODEL]
    assert made.accuracy[0].low < 0.35, "a judge that picks the first is near chance"
    assert [one.id for one in made.moves] == [one.id for one in before.moves]
    asked = "".join(call.messages[1].content for call in fake.asked)
    assert "more than others" in asked and SAYS[A] in asked
    label_all(replace(job, settings=SETTINGS))


def test_the_labeler_sees_no_text_but_forms_and_none_of_those_held_out(
    labelled: tuple[Job, FakeLabeler],
) -> None:
    job, fake = labelled
    label_all(job)
    members = pl.read_parquet(job.folder("cluster") / "members.parquet")
    raw = set(members["text"].str.to_lowercase()) - set(members["form"])
    named = [call for call in fake.asked if call.prompt.startswith("label.")]
    lines = {line[2:] for call in named for line in call.messages[1].content.splitlines()}
    assert lines & set(members["form"])
    assert not lines & raw
    label_all(replace(job, settings=SETTINGS))


def test_what_is_asked_stays_below_the_forecast(labelled: tuple[Job, FakeLabeler]) -> None:
    job, fake = labelled
    label_all(job)
    for prompt in ("label.", "pick."):
        most = [call for call in label_calls_at_most(job) if call.prompt.startswith(prompt)]
        asked = [call for call in fake.asked if call.prompt.startswith(prompt)]
        assert 0 < len(asked) <= len(most)
        assert _chars(asked) <= _chars(most)
    assert {call.max_tokens for call in fake.asked} >= {MAX_TOKENS}
    assert list(label_calls_at_most(replace(job, settings=SETTINGS))) == []
    label_all(replace(job, settings=SETTINGS))


def test_a_labeler_that_nobody_can_reach_is_an_error(
    plain: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object) -> list[Any]:
        raise ModelUnavailable("nobody is there")

    monkeypatch.setattr(models, "asker", nobody)
    with pytest.raises(ModelUnavailable):
        label_all(with_labeler(plain))


def test_names_depend_on_the_labeler_and_its_prompts(plain: Job) -> None:
    assert label_settings(plain) != label_settings(with_labeler(plain))
    assert "label.v1@" in repr(label_settings(with_labeler(plain)))


def test_damaged_archetypes_say_what_to_do(plain: Job) -> None:
    path = plain.folder("cluster") / "archetypes.json"
    before = path.read_bytes()
    path.write_bytes(b"{")
    with pytest.raises(StoreError, match="Remove it"):
        label_all(plain)
    path.write_bytes(before)


def _chars(calls: Sequence[Call[Any]]) -> int:
    return sum(len(message.content) for call in calls for message in call.messages)


def _write_traits(job: Job, users: pl.DataFrame) -> None:
    """Every second user shows one trait or the other, in words that differ a little."""
    keys = users.select("user_key", "conversation_id").with_row_index("n")
    trait = pl.when(pl.col("n") % 2 == 0).then(pl.lit(A)).otherwise(pl.lit(B))
    rows = keys.with_columns(trait=trait, statement=pl.lit(0, pl.UInt32), distance=pl.lit(0.1))
    members = rows.select(list(TRAIT_MEMBERS))
    write_table(job.folder("cluster") / "traits" / "members.parquet", members, TRAIT_MEMBERS)
    made = rows.with_columns(
        group=pl.lit("requests"),
        text=pl.col("trait").replace_strict(SAYS),
        polarity=pl.lit("does"),
        situation=pl.lit("follow-up"),
        condition=pl.lit(None, pl.String),
        quotes=pl.lit([], STATEMENTS["quotes"]),
    )
    folder = job.folder("read")
    write_table(
        folder / "statements" / "part-0000.parquet", made.select(list(STATEMENTS)), STATEMENTS
    )
    read = keys.with_columns(
        situations=pl.lit([], READ["situations"]),
        **{name: pl.lit(1, pl.UInt32) for name in ("calls", "accepted")},
        **{name: pl.lit(0, pl.UInt32) for name in ("failed", "ungrounded", "refused")},
    )
    write_table(folder / "conversations" / "part-0000.parquet", read.select(list(READ)), READ)


def _write_archetypes(job: Job) -> None:
    one = Archetype(
        id="a_00000001",
        label=Label(name="short messages"),
        n_users=20,
        weight=0.5,
        stability=0.8,
        marks=[Mark(kind="dimension", name="turn_words", side="low", z=-1.2),
               Mark(kind="trait", name=A, side="high", z=0.9)],
    )  # fmt: skip
    left = Left(kind="archetype", reason="too few users", n_clusters=1, n_members=2)
    said = kinds_of_users(job).model_copy(update={"archetypes": [one], "left": [left]})
    write_json(job.folder("cluster") / "archetypes.json", said.model_dump(mode="json"))
