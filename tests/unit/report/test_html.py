from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from persona_extract.curate import KINDS, REPAIRS
from persona_extract.curate.presidio import PERSONAL
from persona_extract.records.results import Counted, Interval, Results
from persona_extract.report.html import html_report
from persona_extract.report.kinds import meaning
from persona_extract.report.thin import thin
from persona_extract.report.words import silhouette_sentence
from tests.unit.report.groups import with_groups, without_groups
from tests.unit.report.sample import empty_results, hostile_results, sample_results

ATTACKS = [
    "</script><script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "<svg/onload=window.pwned=1>",
    "<!--<script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\u2028'];window.pwned=1//",
]


@cache
def _calm() -> str:
    return html_report(sample_results(6))


class Page(HTMLParser):
    """What a browser would make of the page: elements, attributes, text of the scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script: dict[str, str] = {}
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.script[self._inside] = self.script.get(self._inside, "") + data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_of_strangers_is_text_and_nothing_else(attack: str) -> None:
    calm, page = Page(_calm()), Page(html_report(hostile_results(attack)))
    assert [tag for tag, _ in page.tags].count("script") == 5
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in calm.tags}
    assert not [name for _, held in page.tags for name in held if name.startswith("on")]
    assert not [held for _, held in page.tags if (held.get("href") or "").startswith("java")]
    results = Results.model_validate_json(page.script["results"])
    assert results.clusters.moves[0].label == attack
    assert " ".join(attack.split()) in page.text


def test_no_address_is_asked_for() -> None:
    for tag, held in Page(_calm()).tags:
        assert "src" not in held, tag
        assert tag not in ("iframe", "object", "embed", "base")
        assert (held.get("href") or "#").startswith(("#", "data:")), held


def test_only_scripts_of_the_page_may_run() -> None:
    page = _calm()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert policy[1].count("'sha256-") == 2


def test_results_are_in_the_page_as_json() -> None:
    results = sample_results(12)
    page = Page(html_report(results))
    assert Results.model_validate_json(page.script["results"]) == thin(results)


def test_made_up_people_are_called_so_and_real_ones_are_not() -> None:
    assert "These people are made up." in Page(html_report(sample_results(3))).text
    assert "made up" not in Page(html_report(empty_results())).text


def test_an_empty_run_says_of_each_part_that_there_is_nothing() -> None:
    text = Page(html_report(empty_results())).text
    for said in (
        "No conversation was dropped.",
        "No dimension was measured",
        "There were no follow-ups to group.",
        "Not measured. Fewer than two users have two conversations.",
        "Not measured. No case could be played.",
        "No user was left.",
        "Users were not grouped in this run",
    ):
        assert said in text


def test_one_user_is_enough_for_a_page() -> None:
    page = Page(html_report(sample_results(1)))
    assert "1 user" in page.text
    assert "nan" not in page.script["charts"].lower().split('"')


def test_few_users_are_said_to_be_few_and_one_group_to_be_one() -> None:
    few = sample_results(3)
    clusters = few.clusters.model_copy(
        update={"moves": few.clusters.moves[:1], "criterion": [], "chosen": None}
    )
    note = "identity needs at least 4 users with 2 conversations each"
    results = few.model_copy(
        update={"clusters": clusters, "identity": None, "identity_note": note, "strata": []}
    )
    text = Page(html_report(results)).text
    assert "Fewer than ten users: too few to conclude anything. Shares" in text
    assert "too few to tell groups apart" in text
    assert f"Not measured. I{note[1:]}." in text
    assert "Fewer than ten users" not in Page(html_report(sample_results(30))).text


def test_what_could_not_be_measured_is_said_not_drawn() -> None:
    results, nan = sample_results(6), float("nan")
    stratum = results.strata[0]
    hole = Interval(value=nan, low=nan, high=nan)
    arms = [arm.model_copy(update={"attribution": hole}) for arm in stratum.arms]
    contrasts = [stratum.contrasts[0].model_copy(update={"distance": hole, "attribution": hole})]
    strata = [stratum.model_copy(update={"arms": arms, "contrasts": contrasts})]
    page = Page(html_report(results.model_copy(update={"strata": strata})))
    assert "grounded against plain: not measured." in page.text
    assert "stratum-0-attribution" not in page.script["charts"]
    assert json.loads(page.script["results"])["strata"][0]["arms"][0]["attribution"]["low"] is None


def test_hundreds_of_users_fit_into_three_megabytes() -> None:
    results = sample_results(500)
    assert len(results.dimensions) >= 44
    assert len(html_report(results).encode()) < 3_000_000


def test_thousands_of_users_do_not_make_it_larger_and_it_says_so() -> None:
    page = html_report(sample_results(2500))
    assert len(page.encode()) < 3_000_000
    assert "500 users are drawn out of 2,500" in Page(page).text


def test_distance_is_said_not_to_be_independent_evidence() -> None:
    text = Page(_calm()).text
    assert "consistent, not independent evidence" in text
    assert "a second, partly independent measure" in text
    assert "partly independent evidence" in text
    assert "no directive mentions" not in text


def test_a_logarithm_is_shown_as_what_it_counts() -> None:
    results = sample_results(6)
    wordy = results.dimensions[0].model_copy(
        update={
            "unit": "ln(1+words)",
            "definition": "Words of the turn, as a logarithm.",
            "values": [2.85985] * 6,
            **dict.fromkeys(("q25", "median", "q75", "mean"), 2.85985),
        }
    )
    page = Page(html_report(without_groups(results.model_copy(update={"dimensions": [wordy]}))))
    assert "Median 16.5 words. Words of the turn, averaged as a logarithm." in page.text
    assert "2.86" not in page.text
    assert "ln(" not in page.script["charts"]


def test_an_almost_perfect_identity_is_not_called_perfect() -> None:
    results = sample_results(12)
    assert results.identity is not None
    near = {"auc": 0.99964, "auc_low": 0.99903, "auc_high": 1.0}
    identity = results.identity.model_copy(update=near)
    page = Page(html_report(results.model_copy(update={"identity": identity})))
    assert "99.96% of comparisons (95% interval 99.90% to 100%;" in page.text
    assert ">0.999" in page.text
    assert '"shown":">0.999"' in page.script["charts"].replace("\\u003e", ">")


def test_repairs_and_masks_are_explained() -> None:
    counted = [Counted(kind=kind, n=1) for kind in (*REPAIRS, "bookend_not_counted", *KINDS)]
    results = sample_results(3).model_copy(update={"repairs": counted, "masked": []})
    text = Page(html_report(results)).text
    assert all(sentence in text for sentence in REPAIRS.values())
    assert all(meaning(kind) for kind in (*KINDS, *PERSONAL, "bookend_not_counted"))


def test_a_profile_is_listed_by_the_id_that_shows_it() -> None:
    results = sample_results(6)
    page = html_report(results)
    for user in results.users:
        assert f'<th scope="row"><code>{user.profile}</code></th>' in page
        assert f'<code title="{user.user_key}">{user.user_key[:8]}</code>' in page


def test_loose_groups_are_called_loose() -> None:
    clusters = sample_results(6).clusters
    loose = clusters.model_copy(update={"silhouette": 0.12, "stability": None})
    said = silhouette_sentence(loose)
    assert said == (
        "Groups are a rough cut through a continuum: the mean silhouette is 0.12 "
        "(1 is clear-cut, 0 is none)."
    )
    stable = silhouette_sentence(loose.model_copy(update={"stability": 0.52}))
    assert stable.startswith(said) and "bootstrap samples) agree" in stable and "0.52" in stable
    assert "rough" not in silhouette_sentence(clusters.model_copy(update={"silhouette": 0.6}))
    one = loose.model_copy(update={"chosen": 1, "silhouette": None})
    assert "all are in one" in silhouette_sentence(one)


def test_the_number_taken_is_marked_and_need_not_be_the_best() -> None:
    results = sample_results(25)
    best = max(results.clusters.criterion, key=lambda tried: tried[1])[0]
    assert results.clusters.chosen not in (None, best)
    page = html_report(results)
    part = page.split('id="chart-criterion"')[1]
    row = re.search(r'<tr class="stress"><td class="n">(\d+)</td>', part)
    assert row and int(row[1]) == results.clusters.chosen
    held = json.loads(Page(page).script["charts"])
    spec = held["charts"]["criterion"]
    rows = [row for digest in spec["data"].values() for row in held["pool"][digest]]
    assert [row["k"] for row in rows if row["taken"]] == [results.clusters.chosen]


def test_many_moves_are_folded_and_none_is_lost() -> None:
    results = sample_results(25)
    moves = [
        results.clusters.moves[i % 5].model_copy(update={"id": f"m_{i:08x}"}) for i in range(40)
    ]
    clusters = results.clusters.model_copy(update={"moves": moves})
    page = html_report(results.model_copy(update={"clusters": clusters}))
    shown, folded = page.split("Show the 28 rarer moves", 1)
    assert "m_0000000b" in shown and "<code>m_0000000c" not in shown
    assert all(f"<code>{move.id}</code>" in folded for move in moves[12:])


def test_every_chart_has_words_and_a_place_and_anchors_lead_somewhere() -> None:
    page = Page(_calm())
    places = [held for _, held in page.tags if "data-chart" in held]
    assert {held["data-chart"] for held in places} == json.loads(page.script["charts"])[
        "charts"
    ].keys()
    assert all(len(held["aria-label"] or "") > 20 for held in places)
    ids = [held["id"] for _, held in page.tags if "id" in held]
    assert len(ids) == len(set(ids))
    assert {held["href"] for _, held in page.tags if (held.get("href") or "").startswith("#")} <= {
        f"#{name}" for name in ids
    }


def test_same_results_same_page() -> None:
    assert html_report(sample_results(9)) == html_report(sample_results(9))


def test_without_a_model_the_page_says_so_and_shows_no_cost() -> None:
    page = Page(html_report(without_groups(sample_results(6), "five numbers of groups were tried")))
    assert "No archetype was found. Five numbers of groups were tried." in page.text
    assert "No reader was configured" in page.text
    assert "[models.reader]" in page.text
    assert "This is the first run of this workspace" in page.text
    assert "Reading and cost" not in page.text
    assert "Planted habits" not in page.text
    assert page.script["dots"] == "{}"


def test_archetypes_traits_and_what_is_not_shown_are_told() -> None:
    results = sample_results(120)
    page = Page(html_report(results))
    for one in (*results.archetypes.archetypes, *results.traits):
        assert one.label.name in page.text
        assert one.id in page.text
    for said in (
        "Planted habits found: precision 0.95 (53 of 56 told), recall 0.88 (53 of 60",
        "title case turn, high: 5 users",
        "(21% across, 13% upwards)",
        "3 traits with 41 statements in all: shown by fewer than 10 users.",
        "an earlier trait (t_0000beef) →",
        "traits: fake/labeler-1 picked".capitalize(),
        "fake/reader-1 was shown conversations",
        "$0.4132 + unknown",
    ):
        assert said in page.text
    assert "very few people" not in page.text


def test_a_reader_without_traits_is_not_called_missing() -> None:
    text = Page(html_report(sample_results(12).model_copy(update={"traits": []}))).text
    assert "No trait is listed. The reader fake/reader-1 read 240 conversations" in text
    assert "No reader was configured" not in text


def test_the_map_is_in_the_page_and_as_a_table_without_a_script() -> None:
    results = sample_results(40)
    page = html_report(results)
    field = page[page.index('class="field"') : page.index("The users on the map as a table")]
    assert field.count("h0") == 40
    names = {one.id: one.label.name for one in results.archetypes.archetypes}
    table = Page(page[page.index("The users on the map as a table") :])
    for user in results.users:
        archetype = names.get(user.archetype or "", "none")
        assert f"{user.user_key[:8]}{archetype}".replace(" ", "") in table.text.replace(" ", "")


def test_seven_thousand_users_fit_into_three_and_a_half_megabytes() -> None:
    results = with_groups(sample_results(7000), 12, 60, long=True)
    page = html_report(results)
    assert len(page.encode()) < 3_500_000
    field = page[page.index('class="field"') : page.index("The users on the map as a table")]
    assert field.count("h0") == 7000
    assert field.count("<path") < 300
