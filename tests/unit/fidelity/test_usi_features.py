"""Each feature of the User-Sim Index on cases computed by hand."""

from __future__ import annotations

import polars as pl
import pytest

from persona_extract.fidelity.usi.features import (
    PASSED_ON,
    count_skipped,
    usi_features,
    usi_turns,
)
from persona_extract.fidelity.usi.scores import FEATURES, scored_features
from persona_extract.fidelity.usi.variant import USI, USI_FIXED
from persona_extract.records.tables import TRANSCRIPTS, empty
from tests.unit.fidelity.test_usi_oracle import transcripts
from tests.unit.fidelity.usi_oracle import conversation_features


def features_of(*turns: str, human: bool = False) -> dict[str, float]:
    return usi_features(transcripts([(human, [("user", turn) for turn in turns])])).to_dicts()[0]


@pytest.mark.parametrize(
    ("name", "turns", "value"),
    [
        ("politeness_rate", ("Could you PLEASE look?", "pleased"), 1 / 2),
        ("short_msg_rate", ("one two three", "one two three four", " "), 2 / 3),
        ("formality_rate", ("a \u2014 b", "a\u2013b", "a - b", "a -- b"), 2 / 4),
        ("ack_only_rate", (" OK, !.", "Thank you.", "ok then", "okay?", "yes\n!"), 3 / 5),
        ("verbosity_cv", ("a b", "a b c d"), 1 / 3),
        ("verbosity_cv", ("a b",), 0),
        ("verbosity_cv", ("", " "), 0),
        ("repeat_rate", ("no no no", *["no no no"] * 9), 0),
        ("repeat_rate", ("no no no", *["No  NO\nno"] * 10), 1),
        ("repeat_rate", (" ".join(["no"] * 13),), 1),
        ("repeat_rate", (" ".join(["no"] * 12),), 0),
        ("repeat_rate", ("a b c", *["a b", "c a"] * 20), 0),
        ("id_confuse_rate", ("hello", "How may I help you?", "bye"), 1),
        ("info_frontload", ("a b c", "d", "e f g h"), 4 / 8),
        ("info_frontload", ("", "\u200a"), 0),
        ("id_density", ("flight number", "it is on"), 2 / 2),
        ("id_density", ("Abcde #12345678 x_y_123 gift_card_1 me@ab.cd",), 4),
        ("id_density", ("abcdef_1 abcdéf 1234",), 0),
        ("user_words_per_turn", ("a b", "a b c\x1cd", " "), 2),
        ("opening_words", ("a\u00a0b\u2003c", "a"), 3),
        ("uncertainty_rate", ("i'm not sure", "i’m unsure", "surely"), 1 / 3),
        ("certainty_rate", ("never", "nevermore"), 1 / 2),
        ("pushback_q_rate", ("try again", "do not ask me that\nthing again"), 1 / 2),
        ("pushback_q_rate", ("don't ask me  again", "don't ask me this once again"), 1),
        ("clarify_q_rate", ("try again, what exactly", "what exactly", "you said ok?x"), 2 / 3),
        ("info_q_rate", ("what exactly is the plan", "how much", "is it ", "is it on"), 2 / 4),
        ("info_q_rate", ("what's the cost", "what\u2019s the cost", "what is cost"), 2 / 3),
        ("emotion_rate", ("Ugh!", "ughs"), 1 / 2),
        ("accusation_rate", ("your fault", "faulty"), 1 / 2),
        ("pivot_rate", ("how about tomorrow", "about", "instead_of"), 1 / 3),
    ],
)
def test_a_feature(name: str, turns: tuple[str, ...], value: float) -> None:
    assert features_of(*turns)[name] == pytest.approx(value, abs=1e-12)


def test_agent_markup_is_no_text_of_the_user() -> None:
    text = (
        "hi <|think|>please\nsorry<|/think|>there <function=a</function>"
        "<|tool|>x<|/tool|>ok <function=b please"
    )
    found = features_of(text, "<|tool|>please<|/tool|>")
    assert found["politeness_rate"] == 0
    assert (found["opening_words"], found["short_msg_rate"]) == (3, 1)


@pytest.mark.parametrize("human", [True, False])
def test_meta_messages_are_dropped_by_who_wrote_the_turns(human: bool) -> None:
    of_people = ["\\tau go", "\\reward", "x <|canvas|> y", "<|highlight|>", "<|survey|>", "/stop"]
    of_simulators = [" ###STOP###\n"]
    messages = [("user", text) for text in (*of_people, *of_simulators, "bye ###STOP###")]
    row = usi_features(transcripts([(human, messages)])).row(0, named=True)
    assert row["n_user_turns"] == (2 if human else 7)
    assert row["n_turns"] == row["n_user_turns"]


def test_messages_that_say_nothing_and_other_roles_are_no_turns() -> None:
    messages = [
        ("system", "be kind"),
        ("user", "hi"),
        ("assistant", None),
        ("assistant", ""),
        ("tool", "42"),
        ("assistant", "hello"),
        ("user", None),
        ("user", ""),
    ]
    row = usi_features(transcripts([(False, messages)])).row(0, named=True)
    assert (row["n_user_turns"], row["n_turns"]) == (1, 2.0)


def test_conversations_without_user_turns_are_skipped_and_counted() -> None:
    frame = transcripts(
        [
            (False, [("assistant", "hi")]),
            (False, [("user", "hi")]),
            (False, []),
            (False, [("user", "###STOP###")]),
        ]
    )
    rows = usi_features(frame)
    assert rows["conversation_id"].to_list() == ["c1"]
    assert count_skipped(frame, rows) == 3


def test_columns_and_types_stay_where_there_is_nothing() -> None:
    some = usi_features(transcripts([(False, [("user", "hi")])]))
    none = usi_features(empty(TRANSCRIPTS))
    assert none.schema == some.schema and none.is_empty()
    assert some.columns == [
        *PASSED_ON,
        "n_user_turns",
        *scored_features(),
        "n_turns",
        "variant",
    ]
    assert all(some.schema[name] == pl.Float64 for name in (*scored_features(), "n_turns"))
    assert [len(names) for names in FEATURES.values()] == [7, 4, 5, 3]


def test_parts_put_together_equal_the_whole() -> None:
    frame = transcripts(
        [(at % 2 == 0, [("user", f"please {at} no no no no")] * (at + 1)) for at in range(30)]
    )
    parts = [usi_features(frame[at : at + 7]) for at in range(0, 30, 7)]
    assert pl.concat(parts).equals(usi_features(frame))


def test_repetition_is_found_among_many_and_long_conversations() -> None:
    long = [("user", " ".join(f"w{at}" for at in range(3000)))]
    often = [("user", f"{at} the same three {at}") for at in range(11)]
    frame = transcripts([(False, long), (False, often), (False, often[:10]), (False, long)] * 20)
    assert usi_features(frame)["repeat_rate"].to_list() == [0.0, 1.0, 0.0, 0.0] * 20


def test_turns_carry_what_is_pooled() -> None:
    frame = transcripts(
        [(False, [("user", "thanks")]), (False, []), (False, [("user", "a"), ("user", "what if")])]
    )
    turns = usi_turns(frame)
    assert turns.select("conversation_id", "turn").rows() == [("c0", 0), ("c2", 0), ("c2", 1)]
    assert turns["pivot_rate"].to_list() == [False, False, True]
    assert turns["politeness_rate"].to_list() == [True, False, False]


def test_the_mended_variant_folds_apostrophes_and_counts_identifiers_only() -> None:
    texts = ["I don’t know about booking ab12cd or HG4567", "flight abcde1 #123456"]
    frame = transcripts([(False, [("user", text) for text in texts])])
    exact, mended = usi_features(frame), usi_features(frame, USI_FIXED)
    assert (exact["uncertainty_rate"][0], mended["uncertainty_rate"][0]) == (0.0, 0.5)
    assert (exact["id_density"][0], mended["id_density"][0]) == (6 / 2, 4 / 2)
    assert (exact["variant"][0], mended["variant"][0]) == (USI.name, "USI-F")


def test_the_oracle_agrees_on_a_conversation_computed_by_hand() -> None:
    found = conversation_features(
        [{"role": "user", "content": "Thanks — ok"}, {"role": "user", "content": "what if"}],
        human=True,
    )
    assert found is not None
    assert (found["politeness_rate"], found["formality_rate"], found["pivot_rate"]) == (
        0.5,
        0.5,
        0.5,
    )
    assert found["info_frontload"] == 1.0
