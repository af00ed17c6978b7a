"""Clashes between profiles and scenarios, on made-up scenarios and people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.profile.lint import lint
from persona_extract.profile.manner import manners_in, meanings_of
from persona_extract.profile.needs import Needs, needs_of, turns_for_facts, turns_for_words
from persona_extract.profile.person import told_of_person
from persona_extract.records.directives import ImportedDirective
from persona_extract.records.lint import Clash
from persona_extract.records.profile import Background, Profile, measured
from persona_extract.records.scenario import Scenario, ScenarioText
from tests.unit.profile.people import conversations, profiles

PEOPLE = profiles(conversations())


def scenario(text: str, *facts: str) -> ScenarioText:
    return ScenarioText(
        Scenario(id="s1", domain=None, requests=[text], facts=list(facts)),
        "\n".join((text, *facts)),
    )


def named(text: str) -> list[str]:
    return [manner.title for manner in manners_in(text)]


def clashes(profile: Profile, text: str, kind: str) -> list[Clash]:
    return [clash for clash in lint(profile, scenario(text)) if clash.kind == kind]


def told_one(dimension: str, operator: str) -> Profile:
    """Somebody who is told one thing on a dimension, and nothing else."""
    one = measured(PEOPLE[1])[0]
    check = one.check.model_copy(update={"dimension": dimension, "operator": operator})
    told = one.model_copy(
        update={"dimension": dimension, "text": f"More or less {dimension}.", "check": check}
    )
    return PEOPLE[1].model_copy(update={"directives": [told], "readings": []})


def says_please() -> Profile:
    return told_one("please", ">=")


def policy(**fields: object) -> Profile:
    person = next(one for one in PEOPLE if one.policy is not None)
    assert person.policy is not None
    return person.model_copy(update={"policy": person.policy.model_copy(update=fields)})


@pytest.mark.parametrize(
    ("text", "manners"),
    [
        ("You are polite but brief.", ["polite", "brief"]),
        ("Be courteous and never be rude.", ["polite", "not rude"]),
        ("You are not very patient.", ["not patient"]),
        ("The customer is impatient.", ["impatient"]),
        ("As an angry customer you want your money back.", ["angry"]),
        ("Answer very tersely.", ["brief"]),
        ("Persona: retired, chatty, a bit formal", ["talkative", "formal"]),
        ("You do not want to reveal much about yourself.", ["private"]),
        ("You want a direct flight and a patient teacher.", []),
        ("Make sure the room is quiet and the dog friendly.", []),
        ("You are happy with a voucher and open to a later date.", []),
        ("You are confident that the order was placed in May.", []),
        ("Your patient file says that you were in a private ward.", []),
    ],
)
def test_manners_are_those_of_the_user(text: str, manners: list[str]) -> None:
    assert named(text) == manners


def test_a_negated_manner_asks_for_the_other_side() -> None:
    (polite,), (not_polite,) = manners_in("You are polite."), manners_in("You are not polite.")
    sides = {m.about: m.side for m in meanings_of(polite)}
    assert all(sides[m.about] != m.side and not m.firm for m in meanings_of(not_polite))


def test_conditions_are_told_from_orders() -> None:
    (angry,) = manners_in("If the refund is refused, you get angry.")
    assert angry.conditional
    (calm,) = manners_in("You are calm, and if the refund is refused you ask again.")
    assert not calm.conditional


def test_a_directive_on_the_other_side_is_a_contradiction() -> None:
    asks = says_please()
    (found,) = clashes(asks, "You want a new lamp. You are a rude person.", "manner")
    assert (found.severity, found.about) == ("contradiction", "rude")
    assert "rude" in found.said and "please" in found.against
    (soft,) = clashes(asks, "You want a new lamp. If they refuse, you are rude.", "manner")
    assert soft.severity == "interference"
    (same,) = clashes(asks, "You want a new lamp. You are polite.", "manner")
    assert same.severity == "note"


@pytest.mark.parametrize(
    ("dimension", "operator", "text", "severities"),
    [
        ("contractions", "<=", "Write in all lower case and never use punctuation.",
         {"lower case": "interference", "no punctuation": "interference"}),
        ("contractions", "<=", "You write informally.", {"informal": "interference"}),
        ("lowercase_start", "<=", "You write informally.", {"informal": "interference"}),
        ("lowercase_start", "<=", "Write in all lower case.", {"lower case": "contradiction"}),
        ("lowercase_start", ">=", "Write in lowercase.", {"lower case": "note"}),
        ("full_stop", ">=", "Never use any punctuation.", {"no punctuation": "contradiction"}),
        ("no_capitals", ">=", "Write in all caps.", {"capitals": "contradiction"}),
    ],
)  # fmt: skip
def test_a_manner_contradicts_only_what_it_names(
    dimension: str, operator: str, text: str, severities: dict[str, str]
) -> None:
    person = told_one(dimension, operator)
    found = clashes(person, text, "manner")
    assert {clash.about: clash.severity for clash in found} == severities
    if dimension == "contractions" and "lower" in text:
        assert {clash.against for clash in found} == {""}


def test_a_manner_that_no_directive_knows_still_interferes() -> None:
    (found,) = clashes(PEOPLE[0], "You want a new lamp. You are pessimistic.", "manner")
    assert (found.severity, found.against) == ("interference", "")


def test_imported_directives_are_read_for_manner() -> None:
    told = ImportedDirective(text="You are talkative and go off on tangents.")
    person = PEOPLE[0].model_copy(update={"directives": [told], "readings": [], "policy": None})
    (found,) = clashes(person, "You want a new lamp. You speak briefly.", "manner")
    assert (found.severity, found.against) == ("contradiction", told.text)


def test_patience_is_held_against_what_has_to_be_told() -> None:
    text = "You want to send ORD1234, ORD2345, ORD3456 and ORD4567 to 12 Elm Street on 3 May."
    hasty = policy(patience_turns=1, opening_share=0.0, opening_words=5, followup_words=5)
    (found,) = clashes(hasty, text, "patience")
    assert found.severity == "contradiction" and found.against.endswith("1 turns")
    assert not clashes(policy(patience_turns=50, followup_words=5), text, "patience")
    wordy = policy(patience_turns=3, opening_share=1.0, opening_words=2, followup_words=2)
    assert [c.severity for c in clashes(wordy, text, "patience")] == ["interference"]


def test_only_what_must_be_told_counts() -> None:
    always = "You want to change booking KX77PL."
    maybe = "If the agent asks, your card is 4417."
    needs = needs_of(scenario(f"{always} {maybe}").scenario, "")
    assert (needs.figures, needs.facts) == (1, 1)


@given(st.integers(0, 40), st.integers(0, 300), st.integers(1, 5), st.integers(1, 60))
def test_more_to_tell_never_takes_fewer_turns(
    facts: int, words: int, more: int, length: int
) -> None:
    pace = policy(opening_words=length, followup_words=length).policy
    assert pace is not None
    less = Needs(0, facts, words, "")
    most = Needs(0, facts + more, words + more, "")
    assert 1 <= turns_for_facts(less, pace) <= turns_for_facts(most, pace)
    assert 1 <= turns_for_words(less, pace) <= turns_for_words(most, pace)


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("You are a 52-year-old plumber.", "age", "52"),
        ("You are a pensioner.", "age", "60-120"),
        ("You currently live in Porto.", "location", "porto"),
        ("Your husband is coming along.", "marital_status", "husband"),
        ("Your wife passed away last week.", "marital_status", "widowed"),
        ("You are a young man.", "gender", "man"),
        ("You work as a carpenter.", "occupation", "carpenter"),
        ("Write in German.", "language", "german"),
    ],
)
def test_facts_of_the_person_are_found(text: str, attribute: str, value: str) -> None:
    assert (attribute, value) in {(told.attribute, told.value) for told in told_of_person(text)}


def test_others_are_not_the_user() -> None:
    assert told_of_person("You need a doctor who speaks German. Your son lives in Porto.") == []


@pytest.mark.parametrize(
    ("attribute", "value", "text", "severity"),
    [
        ("age", "20s", "You are a 52-year-old plumber.", "contradiction"),
        ("age", "over 50", "You are a 52-year-old plumber.", None),
        ("gender", "female", "You are a young man.", "contradiction"),
        ("marital_status", "single", "Your wife wants a lamp.", "contradiction"),
        ("marital_status", "married", "Your wife wants a lamp.", None),
        ("location", "Oslo", "You live in Porto.", "interference"),
        ("location", "Porto, Portugal", "You live in Porto.", None),
    ],
)
def test_backgrounds_collide(attribute: str, value: str, text: str, severity: str | None) -> None:
    own = Background.model_validate(
        {
            "attribute": attribute,
            "value": value,
            "source": "extracted",
            "confidence": 0.9,
            "n_conversations": 2,
        }
    )
    person = PEOPLE[0].model_copy(update={"background": [own]})
    found = clashes(person, f"You want a new lamp. {text}", "person")
    assert [clash.severity for clash in found] == ([severity] if severity else [])


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    given_ = ScenarioText(Scenario(id="s", domain=None, requests=[text]), text)
    for clash in lint(PEOPLE[0], given_):
        assert len(clash.said) <= 120
