"""compile, ground and pack on what a fake reader and labeler left in a workspace, or did not."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from persona_extract.packs.read import Pack, read_pack, validate_pack
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.label import catalogue
from persona_extract.pipeline.packing import pack_all
from persona_extract.pipeline.profiles import compile_part, ground_part
from persona_extract.records.settings import Settings
from persona_extract.records.tables import (
    CONVERSATIONS,
    DEMOGRAPHICS,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    TURNS,
    USER_ARCHETYPES,
)
from persona_extract.store.atomic import write_json, write_table
from persona_extract.store.workspace import Counts, open_workspace
from tests.unit.pipeline.runs import SALT, SETTINGS, corpus, run_to
from tests.unit.profile.read_made import POLITE, TRIED, seen
from tests.unit.profile.read_made import catalogue as made_up_catalogue

USERS = 8
MODELS = {"reader": {"model": "fake/reader"}, "labeler": {"model": "fake/labeler"}}


def told(models: dict[str, dict[str, str]], *, demographics: bool = False) -> Settings:
    read = {"demographics": demographics}
    return Settings.model_validate({**SETTINGS.model_dump(), "models": models, "read": read})


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace up to the label stage, made without a model. Nobody writes into it."""
    folder = tmp_path_factory.mktemp("labelled")
    return run_to(corpus(folder, USERS), folder / "w", "label").workspace.root


@pytest.fixture
def copy(labelled: Path, tmp_path: Path) -> Path:
    shutil.copytree(labelled.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "w"


def opened(root: Path, settings: Settings) -> Job:
    return Job(open_workspace(root, SALT), str(root.parent / "chats.jsonl"), settings)


def finish(job: Job) -> tuple[Counts, Counts, Pack]:
    """Compiles, grounds and packs; counts of the last two."""
    (part,) = job.parts()
    compile_part(job, part)
    grounded = ground_part(job, part)
    packed = pack_all(job)
    assert validate_pack(job.pack) == ()
    return grounded, packed, read_pack(job.pack)


def fake(job: Job, lies: int = 0) -> None:
    """Writes what reader, clusters and labeler would; the quotes of `lies` polite users are of
    characters that their turns do not have."""
    (part,) = job.parts()
    kept = job.table("curate", "conversations", part, CONVERSATIONS)
    renamed = _numbered(kept)
    turns = job.table("curate", "turns", part, TURNS)
    known = seen(renamed, turns, made_up_catalogue(USERS))
    back = dict(zip(renamed["user_key"], kept["user_key"], strict=True))
    keyed = pl.col("user_key").replace_strict(back)
    liars = [back[f"{i:016x}"] for i in [u for u in range(USERS) if u % 3 != 1][:lies]]
    quotes = pl.col("quotes").list.eval(
        pl.struct(
            pl.element().struct.field("turn"),
            pl.element().struct.field("start"),
            pl.element().struct.field("end") + 10**6,
        )
    )
    statements = known.statements.with_columns(keyed).with_columns(
        quotes=pl.when(pl.col("user_key").is_in(liars)).then(quotes).otherwise("quotes")
    )
    read, clusters = job.folder("read"), job.folder("cluster")
    support = known.support.with_columns(keyed)
    write_table(read / "statements" / f"{part}.parquet", statements, STATEMENTS)
    write_table(
        read / "demographics" / f"{part}.parquet",
        known.demographics.with_columns(keyed),
        DEMOGRAPHICS,
    )
    write_table(clusters / "traits" / "support" / f"{part}.parquet", support, TRAIT_SUPPORT)
    write_table(
        clusters / "traits" / "members.parquet", known.members.with_columns(keyed), TRAIT_MEMBERS
    )
    write_table(
        clusters / "archetypes" / "users.parquet", known.kinds.with_columns(keyed), USER_ARCHETYPES
    )
    _list(job)


def _numbered(conversations: pl.DataFrame) -> pl.DataFrame:
    """Users by number, as the fake reader knows them."""
    users = conversations["user_key"].unique().sort()
    names = {user: f"{i:016x}" for i, user in enumerate(users)}
    return conversations.with_columns(pl.col("user_key").replace_strict(names))


def _list(job: Job) -> None:
    """The run's own moves that three users show, and the made-up traits and archetypes."""
    own, made = catalogue(job), made_up_catalogue(USERS)
    moves = [move for move in own.moves if move.n_users >= 3]
    listed = made.model_copy(update={"moves": moves})
    write_json(job.folder("label") / "catalogue.json", listed.model_dump(mode="json"))


def test_traits_reach_the_pack_with_who_was_asked(copy: Path) -> None:
    job = opened(copy, told(MODELS))
    fake(job)
    grounded, packed, found = finish(job)
    assert (grounded["traits"], grounded["ungrounded traits"]) == (USERS, 0)
    assert (packed["traits"], packed["traits withheld"]) == (2, 0)
    provenance = found.manifest.provenance
    assert provenance.models == {"reader": "fake/reader", "labeler": "fake/labeler"}
    asked = [prompt.partition("@")[0] for prompt in provenance.prompts]
    assert asked == ["label.v1", "pick.v1", "read.v1"]
    assert not found.manifest.demographics
    for one in found.profiles:
        assert one.archetype is not None and one.background == []
        assert len(one.traits) == 1 and one.provenance == provenance


@pytest.mark.parametrize(("reader", "asked"), [(True, True), (True, False), (False, True)])
def test_background_is_there_only_where_it_was_asked_for(
    reader: bool, asked: bool, copy: Path
) -> None:
    job = opened(copy, told(MODELS if reader else {}, demographics=asked))
    fake(job)
    found = finish(job)[2]
    assert found.manifest.demographics is (reader and asked)
    assert {len(one.background) for one in found.profiles} == {int(reader and asked)}


def test_quotes_that_do_not_stand_there_cost_the_trait(copy: Path) -> None:
    job = opened(copy, told(MODELS))
    fake(job, lies=1)
    grounded, packed, found = finish(job)
    reason = "ungrounded traits: cites characters that its turn does not have"
    assert grounded["traits"] == USERS - 1
    assert grounded["ungrounded traits"] == grounded[reason] == 1
    assert packed["traits withheld"] == 0
    assert sum(not one.traits for one in found.profiles) == 1


def test_a_trait_that_too_few_still_show_is_withheld(copy: Path) -> None:
    """Five are polite; the quotes of three do not hold, and two are fewer than k."""
    job = opened(copy, told(MODELS))
    fake(job, lies=3)
    _, packed, found = finish(job)
    assert (packed["traits"], packed["traits withheld"]) == (1, 1)
    assert [one.id for one in found.manifest.traits] == [TRIED]
    assert POLITE not in (job.pack / "profiles.jsonl").read_text()
    assert POLITE not in (job.pack / "manifest.json").read_text()


def test_without_a_reader_there_are_no_traits_and_nobody_was_asked(copy: Path) -> None:
    grounded, packed, found = finish(opened(copy, SETTINGS))
    assert grounded["traits"] == packed["traits"] == packed["traits withheld"] == 0
    assert found.manifest.provenance.models == {} and found.manifest.provenance.prompts == []
    assert not any(one.traits or one.background for one in found.profiles)


def test_same_tables_same_bytes_in_any_order(copy: Path, tmp_path: Path) -> None:
    job = opened(copy, told(MODELS, demographics=True))
    fake(job)
    finish(job)
    before = (job.pack / "profiles.jsonl").read_bytes()
    for path in [*copy.glob("04_read/*/*.parquet"), *copy.glob("05_cluster/*/**/*.parquet")]:
        pl.read_parquet(path).sample(fraction=1.0, shuffle=True, seed=1).write_parquet(path)
    finish(job)
    assert (job.pack / "profiles.jsonl").read_bytes() == before


def test_settings_of_a_reader_matter_only_where_there_is_one(copy: Path) -> None:
    def made_with(settings: Settings) -> str:
        return finish(opened(copy, settings))[2].manifest.provenance.settings

    reader = {"reader": {"model": "fake/reader"}}
    plain = made_with(told({}))
    assert made_with(told({}, demographics=True)) == plain
    with_reader = made_with(told(reader))
    assert with_reader != plain
    assert made_with(told(reader, demographics=True)) != with_reader
