"""The pages of a gallery: what they hold, that nothing in a pack becomes markup, same bytes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from persona_extract.packs.read import Pack
from persona_extract.profile.render import render
from persona_extract.records.fields import CUTS, level_of
from persona_extract.report.gallery import MARKER, gallery_pages, n_pages
from persona_extract.report.gallery_near import draw_atlas, neighbours
from persona_extract.report.gallery_people import cuts, gather_people, parts
from persona_extract.report.gallery_strips import spread
from tests.unit.report.gallery_made import ATTACK, Seen, demo_pack, hostile_pack, imported_pack

Pages = dict[str, bytes]


@cache
def demo_pages() -> Pages:
    return {page.name: page.content for page in gallery_pages(demo_pack(), "# A card")}


def pages_of(pack: Pack) -> Pages:
    return {page.name: page.content for page in gallery_pages(pack, ATTACK)}


def columns(pages: Pages) -> dict[str, list]:
    script = pages["profiles.js"].decode()
    assert script.startswith("window.gallery=") and script.endswith(";\n")
    return json.loads(script.removeprefix("window.gallery=").removesuffix(";\n"))


def test_a_page_a_profile_and_the_overviews() -> None:
    pages = demo_pages()
    assert {f"{one.id}.html" for one in demo_pack().profiles} < set(pages)
    assert len(pages) == n_pages(demo_pack()) == 44 + 8
    assert json.loads(pages[MARKER])["digest"] == demo_pack().manifest.digest


def test_same_pack_same_bytes_whatever_the_order_of_profiles() -> None:
    pack = demo_pack()
    assert pages_of(pack) == pages_of(Pack(pack.manifest, pack.profiles[::-1]))


@pytest.mark.parametrize("made", [demo_pack, hostile_pack, imported_pack])
def test_every_link_leads_somewhere(made) -> None:
    pages = pages_of(made())
    seen = {name: Seen(page) for name, page in pages.items() if name.endswith(".html")}
    for name, page in seen.items():
        assert len(set(page.ids)) == len(page.ids), name
        for link in page.links:
            file, _, part = link.partition("#")
            assert (file or name) in pages, (name, link)
            if part and file != "index.html":  # there it is a search
                assert part in seen[file or name].ids, (name, link)


@pytest.mark.parametrize("made", [demo_pack, hostile_pack, imported_pack])
def test_pages_hold_no_script_style_or_address_of_their_own(made) -> None:
    for name, page in pages_of(made()).items():
        if not name.endswith(".html"):
            continue
        seen = Seen(page)
        policy = next(a["content"] for t, a in seen.tags if a.get("http-equiv"))
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "connect-src" not in policy and "http" not in policy
        for tag, attributes in seen.tags:
            assert tag not in {"img", "iframe", "object", "base", "style"}, name
            assert not [a for a in attributes if a.startswith("on") or a == "style"], (name, tag)
            for at in ("href", "src"):
                found = attributes.get(at) or ""
                assert ":" not in found or found == "data:,", (name, found)
            if tag == "script":
                assert attributes["src"] in {"gallery.js", "profiles.js"}


def test_hostile_text_stays_text() -> None:
    pages = pages_of(hostile_pack())
    for name, page in pages.items():
        if name.endswith(".html"):
            seen = Seen(page)
            assert b"<script>window" not in page and b"<svg onload" not in page
            assert "window.pwned=2" in seen.text, name
            assert "{{7*7}}" in seen.text and "49" not in re.findall(r"\{\{.*?\}\}", seen.text)
    script = pages["profiles.js"].decode()
    assert "</script" not in script and "<" not in script and "\u2028" not in script
    assert ATTACK in columns(pages)["texts"]
    assert all(re.fullmatch(r"[\w.]+", name) for name in pages)


def test_a_profile_page_holds_what_the_profile_says() -> None:
    one = max(demo_pack().profiles, key=lambda p: len(p.directives))
    page = Seen(demo_pages()[f"{one.id}.html"])
    for directive in one.directives:
        assert directive.text in page.text
    assert render(one, size="full") in page.text
    assert render(one, size="compact") in page.text
    assert one.archetype is None or one.archetype.name in page.text
    for kind in ("greeting", "turn_words"):
        assert f"dimensions.html#{kind}" in page.links
    nearest = [link for link in page.links if link.startswith("p_")]
    assert len(nearest) == 2 + 5 + 5
    assert f"{one.id}.html" not in nearest


def test_an_imported_pack_is_told_of_as_such() -> None:
    pages = pages_of(imported_pack())
    page = Seen(next(page for name, page in pages.items() if name.startswith("p_")))
    assert "Be brief and a little impatient." in page.text
    assert "nothing measured supports it" in page.text
    assert "These directives were imported." in page.text
    assert "canvas" not in [tag for tag, _ in Seen(pages["index.html"]).tags]
    assert columns(pages)["at"] == [[-1, -1]] * 4


def test_the_script_holds_every_profile_with_its_levels() -> None:
    held = columns(demo_pages())
    profiles = sorted(demo_pack().profiles, key=lambda one: one.id)
    assert ["p_" + one for one in held["id"]] == [one.id for one in profiles]
    assert held["turns"] == [one.source.n_turns for one in profiles]
    assert held["cuts"] == [100, 250, 750, 900]
    for i, one in enumerate(profiles):
        said = [held["texts"][at] for at in held["says"][i]]
        assert said == [directive.text for directive in one.directives]
        readings = {r.dimension: r.percentile for r in one.readings}
        for at, name in enumerate(held["dimensions"]):
            digits = held["readings"][i][2 * at : 2 * at + 2]
            assert (
                digits == "--" if name not in readings else int(digits, 36) == parts(readings[name])
            )


def test_thousandths_never_change_a_level() -> None:
    near = [cut + step for cut in CUTS for step in (-1e-6, 0, 1e-6)]
    for percentile in (*np.linspace(0, 1, 997).round(6).tolist(), *near):
        below = sum(parts(percentile) > cut for cut in cuts())
        assert below == sum(percentile > cut for cut in CUTS), percentile
        assert level_of(percentile)


def test_neighbours_are_those_with_the_least_distance() -> None:
    people = gather_people(demo_pack())
    x, w = people.deviations, people.weights
    for at, found in enumerate(neighbours(people, 5)):
        shared = w[at] * w
        away = np.sqrt((shared * (x - x[at]) ** 2).sum(axis=1) / shared.sum(axis=1))
        order = [int(i) for i in np.argsort(away, kind="stable") if i != at]
        assert [i for i, _ in found.nearest] == order[:5]
        assert {i for i, _ in found.farthest} == set(order[-5:])
        assert found.nearest[0][1] == pytest.approx(away[order[0]], abs=1e-3)


def test_few_people_are_nobody_twice() -> None:
    pack = demo_pack()
    for n in (1, 2, 4):
        people = gather_people(Pack(pack.manifest, pack.profiles[:n]))
        for at, found in enumerate(neighbours(people, 5)):
            others = [i for i, _ in (*found.nearest, *found.farthest)]
            assert sorted(others) == [i for i in range(n) if i != at]


def test_the_map_lies_within_its_frame_and_its_ends_have_words() -> None:
    atlas = draw_atlas(gather_people(demo_pack()))
    assert all(20 <= x <= 980 and 20 <= y <= 980 for x, y in atlas.places)
    assert {x for x, _ in atlas.places} >= {20, 980}
    assert all(atlas.ends[side] for side in ("left", "right", "top", "bottom"))
    assert atlas.ends["left"] != atlas.ends["right"]


def test_spread_of_what_all_share_is_none() -> None:
    assert spread("please", np.zeros(9), []) is None
    assert spread("please", np.array([np.nan, 1.0]), []) is None
    found = spread("please", np.array([0.0] * 99 + [1.0]), [(0.0, ""), (1.0, "")])
    assert found is not None and found.median == 0
    assert [text for _, text in found.ticks] == ["0%", "100%"]


def test_templates_use_no_filter_that_switches_escaping_off() -> None:
    folder = Path(__file__).resolve().parents[3] / "persona_extract/report/templates/gallery"
    for template in folder.glob("*.jinja"):
        assert "|safe" not in template.read_text("utf-8").replace(" ", "")
