from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.curate import SIGNATURES, duplicates, signatures
from persona_extract.curate.duplicates import MIN_SHINGLES
from persona_extract.records.tables import CONVERSATIONS, DROPPED, empty
from tests.unit.curate.talk import conversation, day, dialogue, table

WORDS = [f"word{i}" for i in range(400)]


def text(seed: int, length: int = 300) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, length))


def changed(original: str, at: int) -> str:
    words = original.split()
    return " ".join([*words[:at], "changed", *words[at + 1 :]])


def reasons(*rows: dict[str, object], threshold: float = 0.8) -> dict[str, tuple[str, str]]:
    found = duplicates(signatures(table(*rows)), threshold)
    return {name: (reason, detail) for name, _, reason, detail in found.iter_rows()}


def test_exact_within_and_across_users() -> None:
    said = dialogue(text(1), text(2))
    assert reasons(
        conversation("a", said, user_key="u"),
        conversation("b", dialogue(f"  {text(1).upper()}", f"{text(2)}\n"), user_key="u"),
        conversation("c", said, user_key="v"),
        conversation("d", dialogue(text(3))),
    ) == {"b": ("exact_duplicate", "within user"), "c": ("exact_duplicate", "across users")}


def test_the_assistants_words_do_not_matter_but_where_turns_end_does() -> None:
    one = conversation("a", [("u", "one two"), ("a", "x"), ("u", "three")])
    other = conversation("b", [("u", "one two"), ("a", "y"), ("u", "three")])
    split = conversation("c", [("u", "one"), ("a", "x"), ("u", "two three")])
    assert list(reasons(one, other, split)) == ["b"]


def test_near_duplicates_need_the_threshold() -> None:
    rows = [conversation("a", dialogue(text(1))), conversation("b", dialogue(changed(text(1), 9)))]
    assert reasons(*rows) == {"b": ("near_duplicate", "across users")}
    assert reasons(*rows, threshold=1) == {}
    half = conversation("c", dialogue(text(1, 150) + " " + text(5, 150)))
    assert reasons(rows[0], half) == {}


def test_the_earliest_stays_then_the_smallest_id() -> None:
    said = dialogue(text(1))
    early, late = {"started": day(1)}, {"started": day(2)}
    assert set(reasons(conversation("a", said, **late), conversation("b", said, **early))) == {"a"}
    assert set(reasons(conversation("a", said), conversation("b", said, **late))) == {"a"}
    assert set(reasons(conversation("b", said), conversation("a", said))) == {"b"}


def test_a_chain_is_one_group() -> None:
    chain = [text(1)]
    for at in range(5, 290, 8):  # the ends differ by far more than neighbours
        chain.append(changed(chain[-1], at))
    rows = [conversation(f"c{i:02}", dialogue(said)) for i, said in enumerate(chain)]
    assert reasons(rows[0], rows[-1]) == {}
    assert set(reasons(*rows)) == {f"c{i:02}" for i in range(1, len(chain))}


def test_a_crowd_of_near_duplicates_is_one_group() -> None:
    rows = [conversation(f"c{i:03}", dialogue(changed(text(1), i))) for i in range(150)]
    assert len(reasons(*rows)) == 149


def test_short_conversations_are_only_matched_exactly() -> None:
    said = "please write a short poem about the sea and the wind in the evening"
    assert (
        reasons(
            conversation("a", dialogue(said, "again")),
            conversation("b", dialogue(said, "once more")),
        )
        == {}
    )
    short = signatures(table(conversation("a", dialogue(said))))
    assert short["shingles"][0] < MIN_SHINGLES and short["minhash"].null_count() == 1


def test_the_estimate_is_near_the_true_similarity() -> None:
    original, other = text(7, 2000), text(7, 1500) + " " + text(8, 500)
    made = signatures(
        table(conversation("a", dialogue(original)), conversation("b", dialogue(other)))
    )
    left, right = (np.array(made["minhash"][i].to_list()) for i in (0, 1))
    cut = [
        {tuple(t.split()[i : i + 5]) for i in range(len(t.split()) - 4)} for t in (original, other)
    ]
    truth = len(cut[0] & cut[1]) / len(cut[0] | cut[1])
    assert np.mean(left == right) == pytest.approx(truth, abs=0.13)


def test_signatures_of_parts_are_those_of_the_whole() -> None:
    rows = [conversation(f"c{i}", dialogue(text(i), text(i + 9))) for i in range(6)]
    parts = pl.concat([signatures(table(*rows[:2])), signatures(table(*rows[2:]))])
    assert parts.equals(signatures(table(*rows)))


def test_signatures_stay_the_same_over_versions() -> None:
    made = signatures(table(conversation("a", dialogue(" ".join(WORDS[:60])))))
    assert made["exact"][0] == "962e32c60ea70cced340ea9bd9b0ea41"
    assert made["minhash"][0].to_list()[:3] == [101214148, 56584072, 5712833]


def test_empty_tables() -> None:
    none = signatures(empty(CONVERSATIONS))
    assert dict(none.schema) == SIGNATURES
    assert dict(duplicates(none, 0.8).schema) == DROPPED


VARIANTS = st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([None, 1, 2, 3]))


@settings(max_examples=40, deadline=None)
@given(st.lists(VARIANTS, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(variants, random) -> None:
    rows = [
        conversation(
            f"c{i}",
            dialogue(changed(text(seed, 60), at) if at else text(seed, 60)),
            user_key=f"u{i % 3}",
            started=day(when) if when else None,
        )
        for i, (seed, at, when) in enumerate(variants)
    ]
    made = signatures(table(*rows))
    found = duplicates(made, 0.7)
    assert found["conversation_id"].is_unique().all()
    shuffled = list(range(made.height))
    random.shuffle(shuffled)
    assert duplicates(made[shuffled], 0.7).equals(found)
    left = made.filter(~pl.col("conversation_id").is_in(found["conversation_id"].to_list()))
    assert duplicates(left, 0.7).is_empty()
