from collections.abc import Sequence

import polars as pl

from persona_extract.traits.label import NO_PHRASE, describe, numbered, phrase_labels
from persona_extract.traits.stated import STATED, describe_traits

M1, M2 = "m_00000001", "m_00000002"

Row = tuple[str, str, str]
"""user, cluster, text"""


def said(rows: list[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["user_key", "move", "text"], orient="row")
    return frame.with_columns(form="text", distance=pl.lit(0.5))


def crowd(cluster: str, *texts: str, n: int = 6) -> list[Row]:
    return [(f"u{user}", cluster, text) for user in range(n) for text in texts]


def test_a_label_says_what_the_cluster_says_and_the_others_do_not():
    rows = crowd(M1, "please explain", "please explain why") + crowd(M2, "please stop")
    phrases, labels = phrase_labels(said(rows), [M1, M2])
    assert "explain" in labels[0] and "please" not in labels[0].split(" / ")
    assert "stop" in labels[1]
    assert phrases[M1][0] in labels[0]


def test_phrases_of_a_label_cover_different_turns():
    rows = crowd(M1, "thanks a lot", "perfect again") + crowd(M2, "why not", "explain")
    _, labels = phrase_labels(said(rows), [M1])
    assert {"thanks a lot", "perfect again"} <= set(labels[0].split(" / "))


def test_clusters_without_phrases_say_of_what_shape_they_are():
    rows = crowd(M1, "quimby zebra yeast fjord quark sonata opera tennis soup moss", n=3)
    rows += crowd(M2, "zebra ?", n=3)
    _, labels = phrase_labels(said(rows), [M1, M2])
    assert labels == [f"{NO_PHRASE} (long)", f"{NO_PHRASE} (short questions)"]


def test_clusters_of_the_same_words_are_told_apart():
    rows = crowd(M1, "more ?") + crowd(M2, "more of all that which we had before in it now")
    _, labels = phrase_labels(said(rows), [M1, M2])
    assert len(set(labels)) == 2
    assert numbered(["a", "A", "b", "a"]) == ["a", "A 2", "b", "a 3"]


def test_held_out_members_count_and_have_no_say():
    rows = crowd(M1, "explain", n=5) + [(f"z{n}", M1, "shorter") for n in range(5)]
    rows += crowd(M2, "stop", n=5)
    every = said(rows)
    made_from = every.filter(~pl.col("user_key").str.starts_with("z"))
    first, _ = describe(every, made_from, {M1: 0.8})
    assert (first.n_turns, first.n_users, first.stability) == (10, 10, 0.8)
    assert "explain" in first.label.name
    assert "shorter" not in str((first.label, first.phrases))


def stated(rows: Sequence[tuple[str, str | None, str, str]]) -> pl.DataFrame:
    """user, trait, group, text"""
    return pl.DataFrame(
        [(u, f"c{u}", t, g, x, "does", "always", 0.1) for u, t, g, x in rows],
        schema=STATED,
        orient="row",
    )


A, B = "t_0000000a", "t_0000000b"


def test_traits_are_counted_by_user_and_named_in_words_about_behaviour():
    rows = [(f"u{n}", A, "requests", f"The user requests corrections {n}.") for n in range(4)]
    rows += [(f"u{n}", B, "courtesy", "The user praises Quimbyton.") for n in range(3)]
    rows += [("u8", None, "courtesy", "The user never corrects.")]
    first, second = describe_traits(stated(rows), stated(rows), n_users=8, stability={A: 0.9})
    assert (first.id, first.n_users, first.share, first.stability) == (A, 4, 0.5, 0.9)
    assert (first.group, second.group) == ("requests", "courtesy")
    assert "corrections" in first.label.name
    assert "praises" in second.label.name
    assert "quimbyton" not in str((first, second)).lower()
    assert second.stability is None


def test_a_word_of_two_users_names_no_trait():
    rows = [(f"u{n}", A, "requests", "The user requests corrections.") for n in range(2)]
    rows += [(f"u{n}", B, "requests", "The user asks again.") for n in range(2, 6)]
    found = {one.id: one for one in describe_traits(stated(rows), stated(rows), n_users=6,
                                                    stability={})}  # fmt: skip
    assert found[A].phrases == []
    assert found[A].label.name.startswith(NO_PHRASE)
