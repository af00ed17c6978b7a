"""The report in a real browser: nothing breaks, nothing is fetched, everything is drawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_extract.report.html import html_report
from tests.unit.report.groups import with_groups
from tests.unit.report.sample import empty_results, hostile_results, sample_results

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ATTACK = (
    "</script><script>window.pwned=1</script><img src=http://x.invalid/ onerror=window.pwned=2>"
)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]


class Opened:
    """A report that was opened from the file system, and what the browser complained of."""

    def __init__(self, browser, path: Path, width: int, scheme: str) -> None:
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.on("console", lambda said: self.trouble.append(said.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.route("**/*", self._only_files)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-charts=drawn]", state="attached", timeout=60_000)

    @staticmethod
    def _only_files(route) -> None:
        if route.request.url.startswith("file://"):
            route.continue_()
        else:
            route.abort()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_report(browser, tmp_path: Path) -> Iterator[object]:
    opened: list[Opened] = []

    def go(results, width: int = 1400, scheme: str = "light") -> Opened:
        path = tmp_path / f"report{len(opened)}.html"
        path.write_text(html_report(results), encoding="utf-8")
        opened.append(Opened(browser, path, width, scheme))
        return opened[-1]

    yield go
    for one in opened:
        one.page.close()


def _sizes(page) -> dict[str, list[float]]:
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".chart")].map((place) => {
            const box = place.querySelector("svg, canvas")?.getBoundingClientRect();
            return [place.dataset.chart, [box?.width ?? 0, box?.height ?? 0]];
        }))"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_is_drawn_without_complaint_or_request(open_report, scheme: str) -> None:
    opened = open_report(sample_results(60), scheme=scheme)
    assert opened.trouble == []
    assert all(url.startswith(("file://", "data:")) for url in opened.asked)
    assert len(opened.asked) >= 1
    sizes = _sizes(opened.page)
    assert len(sizes) > 50
    assert [name for name, (width, height) in sizes.items() if width < 100 or height < 40] == []
    assert opened.page.locator("#chart-dimension-0 svg path[d*=A]").count() >= 60


@pytest.mark.parametrize("n_users", [0, 1])
def test_a_run_with_next_to_nothing_opens(open_report, n_users: int) -> None:
    opened = open_report(sample_results(1) if n_users else empty_results())
    assert opened.trouble == []
    assert all(width > 0 for width, _ in _sizes(opened.page).values())


@pytest.mark.parametrize("results", [sample_results(60), hostile_results(ATTACK)])
def test_a_phone_needs_no_sideways_scrolling(open_report, results) -> None:
    opened = open_report(results, width=375)
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 375
    assert opened.trouble == []


@pytest.mark.parametrize("table", [".moves", "#user-table", "#trait-table"])
def test_a_phone_shows_every_cell_of_a_row_on_the_screen(open_report, table: str) -> None:
    page = open_report(sample_results(20), width=400).page
    boxes = (
        page.locator(f"{table} tbody tr")
        .nth(1)
        .locator("th, td")
        .evaluate_all(
            """cells => cells.map((cell) => {
            const { left, right, top } = cell.getBoundingClientRect();
            return [left, right, top];
        })"""
        )
    )
    assert len(boxes) >= 5
    assert all(left >= 0 and right <= 400 and right - left > 200 for left, right, _ in boxes)
    assert [top for *_, top in boxes] == sorted({top for *_, top in boxes})


def test_a_search_hides_cards_on_a_phone(open_report) -> None:
    results = sample_results(20)
    page = open_report(results, width=400).page
    page.fill("#user-search", results.users[7].profile)
    assert page.locator("#user-table tbody tr:visible").count() == 1


def test_a_group_that_was_closed_is_drawn_when_it_is_opened(open_report) -> None:
    opened = open_report(sample_results(20), width=375)
    groups = opened.page.locator("details.group")
    assert groups.nth(1).get_attribute("open") is None
    groups.nth(1).locator("> summary").click()
    opened.page.wait_for_function(
        """() => [...document.querySelectorAll("details.group")[1].querySelectorAll(".chart")]
            .every((place) => place.dataset.state === "drawn")"""
    )
    assert groups.nth(1).locator("svg").first.bounding_box()["width"] > 200


def test_search_finds_a_user_and_says_how_many(open_report) -> None:
    results = sample_results(60)
    page = open_report(results).page
    rows = page.locator("#user-table tbody tr:visible")
    assert rows.count() == 60
    page.fill("#user-search", results.users[17].user_key[:8])
    assert rows.count() == 1
    assert page.inner_text("#user-count") == "1 of 60 users"
    page.fill("#user-search", "CLOSING mark")
    wanted = sum("closing mark" in " ".join(u.directives) for u in results.users)
    assert 0 < rows.count() == wanted < 60
    page.fill("#user-search", "")
    assert rows.count() == 60


def test_numbers_are_sorted_as_numbers(open_report) -> None:
    page = open_report(sample_results(60)).page
    head = page.locator("#user-table th", has_text="turns")
    for order in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == order
        turns = page.locator("#user-table tbody tr td:nth-child(5)").all_inner_texts()
        values = [int(text) for text in turns]
        assert values == sorted(values, reverse=order == "descending")


def test_hovering_a_hostile_turn_runs_nothing(open_report) -> None:
    opened = open_report(hostile_results(ATTACK))
    opened.page.locator("#chart-map svg path").nth(40).hover(force=True)
    opened.page.wait_for_selector("#vg-tooltip-element.visible")
    assert "window.pwned" in opened.page.inner_text("#vg-tooltip-element")
    assert opened.page.evaluate("window.pwned") is None
    assert opened.page.locator("#vg-tooltip-element img").count() == 0
    assert all(url.startswith(("file://", "data:")) for url in opened.asked)
    assert opened.trouble == []


def test_dark_pages_print_black_on_white(open_report) -> None:
    page = open_report(sample_results(5), scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    label = "getComputedStyle(document.querySelector('#chart-dropped svg text')).fill"
    assert page.evaluate(label) == "rgb(68, 68, 68)"


def _middle(page, i: int) -> tuple[float, float]:
    """Where the i-th dot of the map of users is on the screen."""
    page.locator("#user-map").scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # scrolling hides what hovering shows
    x, y = page.evaluate(
        """(i) => {
            const dots = JSON.parse(document.getElementById("dots").textContent);
            const box = document.querySelector("#user-map svg").getBoundingClientRect();
            const scale = box.width / 1000;
            return [box.left + dots.x[i] * scale, box.top + dots.y[i] * scale];
        }""",
        i,
    )
    return x, y


def test_hovering_over_a_dot_tells_of_its_user(open_report) -> None:
    results = sample_results(20)
    opened = open_report(results)
    users = {user.user_key[:8]: user for user in results.users}
    opened.page.mouse.move(*_middle(opened.page, 3))
    card = opened.page.inner_text(".map-card")
    user = users[card.split()[1]]
    assert f"conversations: {user.n_conversations}, turns: {user.n_turns}" in card
    assert all(text in card for text in user.directives[:3])
    opened.page.mouse.move(1, 1)
    assert opened.page.locator(".map-card:visible").count() == 0
    assert opened.trouble == []


def test_the_legend_picks_an_archetype_and_lets_go(open_report) -> None:
    page = open_report(sample_results(60)).page
    button = page.locator("[data-pick='1']")
    faint = page.locator("#user-map path.faint")
    every = page.locator("#user-map path").count()
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    kept = page.locator("#user-map path[data-of='1']").count()
    assert faint.count() == every - kept > 0
    assert page.locator("#user-map path[data-of='1'].faint").count() == 0
    page.keyboard.press("Enter")
    assert faint.count() == 0
    dimensions = page.locator("#user-map .mark[data-kind=dimension] .pin:visible")
    assert dimensions.count() > 0
    page.locator("[data-marks=dimension]").click()
    assert dimensions.count() == 0


@pytest.mark.parametrize("width", [390, 700, 1400])
def test_labels_of_the_map_cover_no_other_and_stay_inside(open_report, width: int) -> None:
    opened = open_report(with_groups(sample_results(200), 9, 20, long=True), width=width)
    boxes = opened.page.evaluate(
        """() => {
            const field = document.querySelector("#user-map .field").getBoundingClientRect();
            const seen = [...document.querySelectorAll("#user-map .name, #user-map .mark .text")];
            return seen.map((one) => one.getBoundingClientRect()).filter((box) => box.width)
                .map(({ left, top, right, bottom }) =>
                    [left - field.left, top - field.top, right - field.left, bottom - field.top,
                     field.width, field.height]);
        }"""
    )
    assert len(boxes) >= 9
    for i, a in enumerate(boxes):
        assert a[0] >= -2 and a[1] >= -2 and a[2] <= a[4] + 2 and a[3] <= a[5] + 2
        for b in boxes[i + 1 :]:
            across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert across <= 3 or down <= 3, (a, b)


def test_hostile_labels_on_the_map_run_nothing(open_report) -> None:
    opened = open_report(hostile_results(ATTACK))
    opened.page.mouse.move(*_middle(opened.page, 2))
    mark = opened.page.locator("#user-map .mark .pin").first
    mark.dispatch_event("pointermove", {"clientX": 100, "clientY": 100})
    assert "window.pwned" in opened.page.inner_text(".map-card")
    assert opened.page.evaluate("window.pwned") is None
    assert opened.page.locator(".map-card img").count() == 0
    assert opened.trouble == []


def test_the_map_is_there_without_scripts(browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(html_report(sample_results(40)), encoding="utf-8")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(path.as_uri())
    assert page.locator("#user-map path").first.is_visible()
    assert page.locator("#user-map .name:visible").count() == 4
    assert page.locator(".archetypes > li:visible").count() == 4
    page.context.close()


def test_traits_are_searched_and_sorted(open_report) -> None:
    page = open_report(with_groups(sample_results(30), 3, 20, long=True)).page
    rows = page.locator("#trait-table tbody tr:visible")
    page.fill("input[aria-controls=trait-table]", "sources")
    assert 0 < rows.count() < 20
    assert page.locator("#traits [role=status]").inner_text() == f"{rows.count()} of 20 traits"
    page.fill("input[aria-controls=trait-table]", "")
    head = page.locator("#trait-table th", has_text="share of users")
    head.locator("button").click()
    shares = page.locator("#trait-table tbody td[data-head='share of users']").evaluate_all(
        "cells => cells.map((cell) => +cell.dataset.value)"
    )
    assert shares == sorted(shares)
    assert len(shares) == 20
