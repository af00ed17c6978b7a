import polars as pl

from persona_extract.traits.form import GAP, without_topic
from persona_extract.traits.moves import follow_ups


def turns(*rows: tuple[str, str, int, str]) -> pl.DataFrame:
    schema = {
        "user_key": pl.String(),
        "conversation_id": pl.String(),
        "turn": pl.UInt32(),
        "text": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_short_turns_after_the_first_are_follow_ups():
    found = follow_ups(
        turns(
            ("u", "c", 0, "write a poem"),
            ("u", "c", 1, "  make\n\tit  shorter "),
            ("u", "c", 2, "one two three four"),
            ("u", "c", 3, "one two three four five"),
            ("u", "c", 4, "fix\n```\nx = 1\n```"),
            ("u", "c", 5, " \n "),
            ("u", "c", 6, "?"),
            ("u", "c", 7, "x" * 49),
        ),
        max_words=4,
    )
    assert found["text"].to_list() == ["make it shorter", "one two three four", "?"]
    assert found.columns == ["user_key", "conversation_id", "turn", "text"]


def test_rare_words_numbers_and_grammar_become_a_gap():
    topics = ["zebra", "quark", "sonata", "bond", "yeast", "fjord"]
    rows = [(f"u{n}", f"c{n}", 1, f"Give me {n} more of the {t}!") for n, t in enumerate(topics)]
    rows += [(f"u{n}", f"c{n}", 2, f"why {t} ?") for n, t in enumerate(topics)]
    forms = without_topic(follow_ups(turns(*rows), 25))["form"]
    assert set(forms) == {f"give me {GAP} more {GAP}", f"why {GAP} ?"}


def test_words_that_heap_up_in_one_conversation_are_topic():
    rows = [("u0", "c0", n, f"the guitar again {n}") for n in range(1, 40)]
    rows += [(f"u{n}", f"c{n}", 1, "guitar again") for n in range(1, 3)]
    rows += [(f"u{n}", f"c{n}", t, "again") for n in range(3, 30) for t in range(1, 5)]
    forms = without_topic(follow_ups(turns(*rows), 25))["form"].unique().to_list()
    assert not any("guitar" in form for form in forms)
    assert any("again" in form for form in forms)


def test_only_the_beginning_counts():
    text = "make it so that you can do what i want and then stop"
    rows = [(f"u{n}", f"c{n}", 1, text) for n in range(6)]
    (form,) = without_topic(follow_ups(turns(*rows), 25))["form"].unique()
    assert len(form.split()) == 8
    assert "stop" not in form


def test_every_follow_up_has_a_form():
    rows = [("u", "c", n, t) for n, t in enumerate(["open", "?", "https://a.b/c?d=e", "12", "再"])]
    forms = without_topic(follow_ups(turns(*rows), 25))
    assert forms["form"].null_count() == 0
    assert forms.height == 4
    assert forms["form"].to_list()[:2] == [f"{GAP} ?", GAP]


def test_no_follow_ups_no_forms():
    assert without_topic(follow_ups(turns(("u", "c", 0, "hi")), 25)).height == 0
