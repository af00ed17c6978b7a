"""What models write, parsed or refused."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, RootModel

from persona_extract.llm._json import find_json, without_thoughts
from persona_extract.llm.answers import Accepted, Unusable, parse_answer, reparse
from persona_extract.llm.protocol import Reply
from persona_extract.records.calls import Plain, Usage
from tests.unit.llm.doors import Mood


class Sayings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    said: list[str]


class Anything(BaseModel):
    model_config = ConfigDict(extra="forbid")
    said: list[str] = []
    score: float | None = None


Names = RootModel[list[str]]


def reply(text: str, finish: str = "stop", refusal: str | None = None) -> Reply:
    return Reply(text, refusal, finish, Usage(), "fake-model")


def said(text: str, finish: str = "stop", answer: type[BaseModel] = Sayings) -> object:
    result = parse_answer(reply(text, finish), answer)
    return result.value.model_dump() if isinstance(result, Accepted) else result.reason


WHOLE = '{"said": ["a", "b"]}'
EMPTY = '{"said": []}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE, ["a", "b"]),
        (f"```json\n{WHOLE}\n```", ["a", "b"]),
        (f"Sure! {{this}} is it: {WHOLE} [1] I hope {{that}} helps.", ["a", "b"]),
        (f"{WHOLE} {WHOLE}", ["a", "b"]),
        (f'{{"said": 3}} {WHOLE}', ["a", "b"]),
        (f"[{WHOLE}]", ["a", "b"]),
        (f"<think>{EMPTY}</think>\n{WHOLE}", ["a", "b"]),
        (f"so {EMPTY} it is</think>{WHOLE}", ["a", "b"]),
        ('{"said": ["</think> is a tag"]}', ["</think> is a tag"]),
        ('{"said": ["a", "b",]}', ["a", "b"]),
        ("{'said': ['a', 'b']}", ["a", "b"]),
        ('{said: ["a", "b"]}', ["a", "b"]),
        ('{"said": ["I\'m sorry, I can\'t"]}', ["I'm sorry, I can't"]),
        (EMPTY, []),
    ],
)
def test_taken(text: str, expected: list[str]):
    assert said(text) == {"said": expected}


@pytest.mark.parametrize(
    ("text", "finish", "reason"),
    [
        ('{"said": ["a", "b"', "length", "cut off"),
        ('{"said": ["a"]', "length", "cut off"),
        (f"{WHOLE} and now the better one: " + '{"said": ["a", "b", "c"', "length", "cut off"),
        (f"{WHOLE} or {EMPTY}", "stop", "not JSON"),
        (f"{WHOLE} or " + '{"said": ["a"', "stop", "not JSON"),
        ('{"all": [{"said": ["a"]}, {"said": ["b"', "stop", "wrong shape"),
        ('{"said": [NaN]}', "stop", "not JSON"),
        ('{"said": "a"}', "stop", "wrong shape"),
        ("nothing", "stop", "not JSON"),
        ("nothing", "length", "cut off"),
        ("", "stop", "empty"),
        ("<think>for ever", "stop", "empty"),
        ("<think>for ever", "length", "cut off"),
        ("", "content_filter", "refused"),
        ("I’m sorry, but I can’t help with that.", "stop", "refused"),
        (f"I'm unable to do this. {EMPTY}", "stop", "refused"),
        ("[" * 100_000, "stop", "not JSON"),
        ('{"said":' * 100_000, "stop", "not JSON"),
    ],
)
def test_not_taken(text: str, finish: str, reason: str):
    assert said(text, finish) == reason


def test_the_refusal_field_counts_before_the_text():
    assert parse_answer(reply(WHOLE, refusal="no"), Sayings) == Unusable(
        "refused", "the model declined"
    )


def test_numbers_that_are_none_are_refused():
    assert said('{"score": NaN}', answer=Anything) == "not JSON"
    assert said('{"score": 1e999}', answer=Anything) == "not JSON"
    assert said('{"score": -1e999}', answer=Anything) == "not JSON"


def test_lists_are_taken_where_a_list_is_asked_for():
    assert said('Names: ["Ann", "Bo"]', answer=Names) == ["Ann", "Bo"]


def test_details_name_only_what_we_know():
    made_up = parse_answer(reply('{"said": [], "my password is": 1}'), Sayings)
    assert isinstance(made_up, Unusable)
    assert "password" not in made_up.detail and "extra_forbidden" in made_up.detail
    assert "password" in made_up.hint, "the model must know what was wrong"


@given(st.lists(st.text()), st.text(alphabet="abc ,.!?\n`", max_size=50))
def test_what_is_written_is_what_is_read(texts: list[str], prose: str):
    whole = json.dumps({"said": texts}, ensure_ascii=False)
    result = parse_answer(reply(f"{prose}{whole}{prose}"), Sayings)
    assert isinstance(result, Accepted) and result.value.said == texts
    assert reparse(result.text, Sayings) == result.value


@given(st.lists(st.text(), min_size=1), st.data())
def test_what_was_cut_off_is_never_taken(texts: list[str], data: st.DataObject):
    whole = json.dumps({"said": texts})
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert said(cut, "length") == "cut off"


PIECES = st.sampled_from(
    [
        *r"""{ } [ ] " : , said {"said":[ ]} <think> </think> NaN \ \ud800 ' 1e999 null""".split(),
        *("\ud83d", "\x00", "```json\n", " ", "I can't"),
    ]
)


@settings(max_examples=400)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=30).map("".join),
    st.sampled_from(["stop", "length", "content_filter", "", "odd"]),
    st.sampled_from([Sayings, Anything, Mood, Names, Plain]),
)
def test_nothing_a_model_writes_is_an_error(text: str, finish: str, answer: type[BaseModel]):
    result = parse_answer(reply(text, finish), answer)
    if isinstance(result, Accepted):
        result.text.encode()
        result.value.model_dump_json().encode()
        assert reparse(result.text, answer) == result.value
    reparse(text, answer)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 900_000,
        '{"' * 450_000,
        "{}" * 450_001,
        '{"a":' * 180_001,
        "<think>" * 120_000,
        "</think>" * 120_000,
        '{"said": ["' + "a" * 900_000,
        "{'a" * 20_000,
        '{"a": [' * 8_000,
        " " * 900_000 + "{",
        "{ " * 400_000,
    ],
    ids=str.__len__,
)
def test_no_answer_takes_for_ever(text: str):
    began = time.process_time()
    said(text)
    assert time.process_time() - began < 3


def test_thoughts_and_json_are_kept_apart():
    assert without_thoughts("<think>a</think><THINKING>b</THINKING> c ") == "c"
    found = find_json('one {"a": 1} two {"b" three')
    assert found.values == ('{"a": 1}',) and found.broken == '{"b" three'
    assert found.prose == "one   two "
