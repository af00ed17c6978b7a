"""Whatever people write, only stock phrases that three of them share come out of the clustering."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_extract.encoders.lsa import Lsa
from persona_extract.lexicons import load_lexicon
from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.cluster import Clusters, cluster_moves
from persona_extract.traits.form import GAP
from persona_extract.traits.label import NO_PHRASE, TOPIC_ONLY, describe, key_phrases
from persona_extract.traits.public import public_form

LISTED = frozenset(load_lexicon("conversation_words"))
SECRETS = ["dorothea quimby", "is pregnant again", "account at hallgate", "pin 4711", "żółć"]
STOCK = ["give me more", "make it shorter", "that is wrong again", "why is that", "thank you"]


def follow_ups(n_users: int, talks: int = 6) -> pl.DataFrame:
    """Every turn holds a stock phrase and a secret; every user writes every secret often."""
    rows = [
        (f"u{user:02}", f"c{user:02}-{talk}", turn, f"{STOCK[(talk + turn) % 5]} {secret}")
        for user in range(n_users)
        for talk in range(talks)
        for turn, secret in enumerate(SECRETS, 1)
    ]
    return frame(rows)


def frame(rows: list[tuple[str, str, int, str]]) -> pl.DataFrame:
    kinds = {
        "user_key": pl.String(),
        "conversation_id": pl.String(),
        "turn": pl.UInt32(),
        "text": pl.String(),
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def clustered(rows: pl.DataFrame) -> Clusters:
    return cluster_moves(rows, Lsa(), ClusterSettings(min_clusters=2, max_clusters=5), seed=0)


def shown(found: Clusters) -> list[str]:
    """Every string that leaves the workspace, but labels that are not wording of anybody."""
    every = [text for move in found.catalogue for text in (*move.phrases, *move.exemplars)]
    labels = [move.label.name for move in found.catalogue]
    every += [x for x in labels if not x.startswith((NO_PHRASE, TOPIC_ONLY))]
    return every + found.map["form"].drop_nulls().to_list()


def words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in text.split()} - {"/", "?", GAP}


@pytest.mark.parametrize("n_users", [1, 2, 40])
def test_no_name_or_secret_comes_out_in_a_corpus_of_any_size(n_users: int):
    found = clustered(follow_ups(n_users))
    assert any("quimby" in text for text in found.members["form"])
    assert words(shown(found)) <= LISTED
    assert bool(shown(found)) == (n_users >= 3)


def test_one_person_without_id_is_no_crowd():
    """Six conversations without an id count as six users: the closed vocabulary still holds."""
    nameless = follow_ups(1).with_columns(user_key=pl.col("conversation_id"))
    found = clustered(nameless)
    assert {"again", "give"} <= words(shown(found)) <= LISTED


def test_labels_of_one_user_are_neutral_and_differ():
    members = clustered(follow_ups(1)).members
    apart = members.with_columns(move=pl.format("m_0000000{}", pl.col("form").rank("dense").mod(4)))
    labels = [move.label.name for move in describe(apart)]
    assert len(labels) > 1
    assert labels == [NO_PHRASE, *(f"{NO_PHRASE} {n}" for n in range(2, len(labels) + 1))]


TEXTS = st.lists(
    st.sampled_from([*STOCK, *SECRETS, "can you", "don’t", "?", "https://x.org/pregnant", "…"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(turns=st.lists(st.tuples(st.integers(0, 4), TEXTS | st.text(max_size=20)), max_size=40))
def test_what_comes_out_is_listed_and_shared(turns: list[tuple[int, str]]):
    rows = [(f"u{user}", f"c{n}", 1, text) for n, (user, text) in enumerate(turns)]
    found = clustered(frame(rows))
    assert words(shown(found)) <= LISTED
    for move in found.catalogue:
        mine = found.members.filter(pl.col("move") == move.id)
        said = mine.with_columns(text=pl.col("text").str.to_lowercase().str.replace_all("’", "'"))
        for phrase in move.phrases:
            parts = phrase.split(" ")
            whole = pl.all_horizontal([pl.col("text").str.contains(w, literal=True) for w in parts])
            assert said.filter(whole)["user_key"].n_unique() >= 3
        for form in move.exemplars:
            assert mine.filter(pl.col("form") == form)["user_key"].n_unique() >= 3


def test_a_phrase_does_not_jump_over_a_word_that_is_not_listed():
    rows = [(f"u{n}", f"c{n}", 1, "give quimby more") for n in range(5)]
    members = clustered(frame(rows)).members
    assert set(key_phrases(members)["phrase"]) == {"give", "more"}


@pytest.mark.parametrize(
    ("form", "n_users", "public"),
    [
        ("give me more ?", 3, True),
        (f"give {GAP} more", 3, True),
        ("give me more ?", 2, False),
        ("give quimby more", 99, False),
        ("4711", 99, False),
    ],
)
def test_forms_that_may_be_shown(form: str, n_users: int, public: bool):
    one = pl.DataFrame({"form": [form], "n": [n_users]})
    assert one.select(public_form("form", "n")).item() == (form if public else None)


def test_the_list_has_no_word_that_tells_of_a_person():
    told = """he she him her his hers sir madam mother father wife husband son daughter doctor sick
    pain die kill pregnant baby money pay price bank account loan god church pray sex gay vote
    party mark bill grace rose frank may dataframe columns single""".split()
    assert set(told) & LISTED == {"may"}
    assert len(LISTED) == len(load_lexicon("conversation_words")) <= 800
    assert all(word == word.lower() and not any(c.isdigit() for c in word) for word in LISTED)
