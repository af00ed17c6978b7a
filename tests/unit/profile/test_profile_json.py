"""A profile is JSON and back, and its id is of its content."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from persona_extract.records.directives import (
    Check,
    Directive,
    Evidence,
    ImportedDirective,
    MeasuredDirective,
    Question,
    ReadDirective,
    Support,
    Trial,
)
from persona_extract.records.fields import LEVELS
from persona_extract.records.policy import Ending, Policy, Reaction
from persona_extract.records.profile import (
    Belonging,
    Example,
    MoveRate,
    Profile,
    ProfileSource,
    Provenance,
    Reading,
    TraitSeen,
    Transition,
    Window,
    profile_id,
)

ROOT = Path(__file__).resolve().parents[3]

key = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
share = st.floats(0, 1).map(lambda x: round(x, 6))
number = st.floats(-1e6, 1e6).map(lambda x: round(x, 6))
count = st.integers(1, 10**6)
words = st.text(st.characters(codec="utf-8"), max_size=40)
trait = st.from_regex(r"t_[0-9a-f]{8}", fullmatch=True)
support = st.builds(Support, n=count, of=count)
evidence = st.lists(
    st.builds(Evidence, conversation=key, turn=count, start=count, end=count, quote_key=key),
    max_size=2,
)
directive: st.SearchStrategy[Directive] = st.one_of(
    st.builds(
        MeasuredDirective,
        dimension=words,
        level=st.sampled_from(LEVELS),
        text=words,
        situation=st.sampled_from(["always", "after an error"]),
        strength=share,
        support=support,
        evidence=evidence,
        check=st.builds(
            Check,
            dimension=words,
            operator=st.sampled_from([">=", "<="]),
            threshold=number,
            min_turns=count,
        ),
        tested=st.builds(Trial, value=number, n=count),
    ),
    st.builds(
        ReadDirective,
        trait=trait,
        text=words,
        situation=st.sampled_from(["always", "other"]),
        condition=st.none() | words,
        strength=share,
        support=support,
        evidence=evidence,
        check=st.none() | st.builds(Question, question=words),
    ),
    st.builds(ImportedDirective, text=words),
)
policy = st.builds(
    Policy,
    opening_words=count,
    followup_words=count,
    words_spread=share,
    conversation_turns=count,
    patience_turns=count,
    opening_facts=share,
    facts_per_turn=share,
    opening_share=st.none() | share,
    reactions=st.lists(
        st.builds(
            Reaction,
            after=st.sampled_from(["question", "long answer"]),
            n=count,
            words=count,
            rates=st.dictionaries(st.sampled_from(["answers", "goes on"]), share),
        ),
        max_size=2,
    ),
    ending=st.none()
    | st.builds(Ending, thanks=share, wraps_up=share, silent=share, abandons=share),
)
profile = st.builds(
    Profile,
    id=st.just("p_" + "0" * 16),
    source=st.builds(
        ProfileSource,
        corpus=words,
        revision=words,
        licence=words,
        user_key=key,
        conversations=st.lists(key, max_size=3),
        n_turns=count,
        window=st.builds(Window, first=st.none() | words, last=st.none() | words),
    ),
    readings=st.lists(
        st.builds(
            Reading,
            dimension=words,
            value=number,
            spread=share,
            n=count,
            n_conversations=count,
            reliability=share,
            percentile=share,
            level=st.sampled_from(LEVELS),
        ),
        max_size=3,
    ),
    directives=st.lists(directive, max_size=4),
    traits=st.lists(
        st.builds(TraitSeen, trait=trait, name=words, support=support, evidence=evidence),
        max_size=2,
    ),
    moves=st.lists(st.builds(MoveRate, move=words, label=words, rate=share, n=count), max_size=2),
    transitions=st.lists(
        st.builds(Transition, before=st.none() | words, after=words, rate=share, n=count),
        max_size=2,
    ),
    archetype=st.none()
    | st.builds(
        Belonging, archetype=st.just("a_00000000"), name=words, weight=share, fit=st.none() | share
    ),
    policy=st.none() | policy,
    examples=st.lists(
        st.builds(Example, dimension=words, text=words, conversation=key, turn=count), max_size=2
    ),
    provenance=st.builds(
        Provenance,
        code=words,
        dimensions=words,
        encoder=words,
        settings=words,
        seed=count,
        models=st.dictionaries(words, words, max_size=2),
        prompts=st.lists(words, max_size=2),
        cost_usd=st.none() | share,
    ),
)


@settings(max_examples=40)
@given(profile)
def test_to_json_and_back(one: Profile) -> None:
    written = orjson.dumps(one.model_dump(mode="json"))
    assert Profile.model_validate_json(written) == one
    assert Profile.model_validate(orjson.loads(written)) == one
    assert profile_id(Profile.model_validate_json(written)) == profile_id(one)


@settings(max_examples=40)
@given(profile)
def test_what_is_written_conforms_to_the_published_schema(one: Profile) -> None:
    schema = json.loads((ROOT / "docs" / "profile.schema.json").read_text())
    Draft202012Validator(schema).validate(one.model_dump(mode="json"))


@settings(max_examples=40)
@given(profile, words)
def test_the_id_is_of_the_content_but_for_the_cost(one: Profile, code: str) -> None:
    made = one.provenance
    dearer = one.model_copy(update={"provenance": made.model_copy(update={"cost_usd": 9.5})})
    assert profile_id(dearer) == profile_id(one)
    other = one.model_copy(update={"provenance": made.model_copy(update={"code": code})})
    assert (profile_id(other) == profile_id(one)) == (code == made.code)


def test_the_published_schema_is_a_schema() -> None:
    schema = json.loads((ROOT / "docs" / "profile.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] and schema["title"] == "Profile"


@pytest.mark.parametrize("kind", ["ordered", None, 3])
def test_a_directive_of_no_known_kind_is_refused(kind: object) -> None:
    with pytest.raises(ValidationError, match="kind"):
        Profile.model_validate(
            {
                **json.loads((ROOT / "profiles/demo/profiles.jsonl").open().readline()),
                "directives": [{"kind": kind, "text": "Obey."}],
            }
        )
