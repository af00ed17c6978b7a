"""The gallery in a real browser, opened from the file system: nothing breaks, nothing is fetched,
and everything that can be done with a mouse can be done without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.unit.report.gallery_made import (
    ATTACK,
    demo_pack,
    hostile_pack,
    imported_pack,
    write_gallery,
)

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
PAGES = ("index.html", "archetypes.html", "dimensions.html", "about.html")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]


class Opened:
    """A page that was opened from the file system, and what the browser complained of."""

    def __init__(self, browser, path: Path, width: int, scheme: str, tail: str = "") -> None:
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.on("console", lambda said: self.trouble.append(said.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri() + tail)

    @property
    def foreign(self) -> list[str]:
        return [url for url in self.asked if not url.startswith(("file://", "data:"))]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("galleries")
    packs = {"demo": demo_pack(), "hostile": hostile_pack(), "imported": imported_pack()}
    return {name: write_gallery(pack, root / name) for name, pack in packs.items()}


@pytest.fixture
def visit(browser, made) -> Iterator[object]:
    opened: list[Opened] = []

    def go(
        name: str = "index.html",
        pack: str = "demo",
        width: int = 1300,
        scheme: str = "light",
        tail: str = "",
    ) -> Opened:
        if name == "profile":
            name = min(path.name for path in made[pack].glob("p_*.html"))
        opened.append(Opened(browser, made[pack] / name, width, scheme, tail))
        return opened[-1]

    yield go
    for one in opened:
        one.page.close()


def cards(page):
    return page.locator("#people > .person")


def said(page) -> str:
    return page.inner_text("#said")


@pytest.mark.parametrize("pack", ["demo", "hostile", "imported"])
@pytest.mark.parametrize("name", [*PAGES, "profile"])
def test_pages_open_without_complaint_or_request(visit, name: str, pack: str) -> None:
    opened = visit(name, pack)
    opened.page.wait_for_load_state("load")
    assert opened.trouble == [] and opened.foreign == []
    assert opened.page.evaluate("window.pwned") is None
    assert opened.page.locator("h1").count() == 1
    assert opened.page.title()
    colour = opened.page.evaluate("getComputedStyle(document.querySelector('.foot')).fontSize")
    assert colour != "16px"  # the style sheet was taken


@pytest.mark.parametrize("pack", ["demo", "hostile"])
@pytest.mark.parametrize("name", [*PAGES, "profile"])
def test_a_phone_needs_no_sideways_scrolling(visit, name: str, pack: str) -> None:
    page = visit(name, pack, width=390).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_cards_and_map_run_nothing(visit) -> None:
    opened = visit(pack="hostile")
    assert ATTACK.split("\u2028")[0] in cards(opened.page).first.inner_text()
    opened.page.hover("#map", force=True)
    assert opened.page.locator("main img, #people script").count() == 0
    assert opened.page.evaluate("window.pwned") is None
    assert opened.trouble == [] and opened.foreign == []


def test_search_narrows_as_one_types(visit) -> None:
    page = visit().page
    assert said(page) == "44 profiles" and cards(page).count() == 44
    page.locator("[name=q]").press_sequentially("comma")
    wanted = [
        one
        for one in demo_pack().profiles
        if "comma" in " ".join(told.text for told in one.directives).lower()
    ]
    assert said(page) == f"{cards(page).count()} of 44 profiles"
    assert len(wanted) <= cards(page).count() < 44
    page.fill("[name=q]", demo_pack().profiles[5].id)
    assert cards(page).count() == 1
    page.fill("[name=q]", "please zzz")
    assert cards(page).count() == 0 and "Nobody is like that" in page.inner_text("#people")
    page.click("text=Clear")
    page.wait_for_function("document.querySelectorAll('#people > .person').length === 44")


def test_filters_and_sort(visit) -> None:
    page = visit().page
    pack = demo_pack()
    kind = pack.manifest.archetypes[0]
    page.select_option("[name=archetype]", kind.id)
    assert cards(page).count() == kind.n_users
    page.select_option("[name=archetype]", "")
    page.select_option("[name=turns]", "20")
    assert cards(page).count() == sum(one.source.n_turns >= 20 for one in pack.profiles)
    page.select_option("[name=turns]", "")
    move = pack.manifest.moves[0]
    page.select_option("[name=has]", move.id)
    assert cards(page).count() == move.n_users
    page.select_option("[name=has]", "")
    page.select_option("[name=sort]", "turns")
    turns = [int(t.split()[0]) for t in page.locator(".figures span").all_text_contents()]
    assert turns == sorted((one.source.n_turns for one in pack.profiles), reverse=True)


@pytest.mark.parametrize("level", ["very low", "low", "typical", "high", "very high"])
def test_levels_of_a_dimension_are_those_of_the_profiles(visit, level: str) -> None:
    page = visit().page
    assert page.locator("[name=level]").is_disabled()
    page.select_option("[name=dimension]", "turn_words")
    page.select_option("[name=level]", level)
    wanted = {
        one.id[:8]
        for one in demo_pack().profiles
        if any(r.dimension == "turn_words" and r.level == level for r in one.readings)
    }
    shown = {text.removesuffix("…") for text in page.locator(".figures code").all_text_contents()}
    assert shown == wanted


def test_sorting_by_a_dimension(visit) -> None:
    page = visit().page
    page.select_option("[name=dimension]", "turn_words")
    page.select_option("[name=sort]", "low")
    texts = page.locator(".person .on").all_text_contents()
    shares = [int(re.findall(r"above (\d+)%", text)[0]) for text in texts]
    assert len(shares) == 44 and shares == sorted(shares)


def test_the_address_holds_what_is_looked_at(visit) -> None:
    page = visit().page
    page.fill("[name=q]", "full stop")
    page.select_option("[name=dimension]", "please")
    page.select_option("[name=sort]", "high")
    hash_ = page.evaluate("location.hash")
    before = page.locator(".person h2").all_text_contents()
    again = visit(tail=hash_).page
    assert again.input_value("[name=q]") == "full stop"
    assert again.input_value("[name=sort]") == "high"
    assert again.locator(".person h2").all_text_contents() == before
    again.evaluate("location.hash = '#archetype=none'")
    again.wait_for_function("document.querySelector('[name=archetype]').value === 'none'")
    assert again.input_value("[name=q]") == ""
    odd = visit(tail="#archetype=a_nobody&level=high&nosuch=1&q=%3Cimg%3E&sort=%00")
    assert odd.trouble == [] and odd.page.input_value("[name=archetype]") == ""


def test_a_profile_opens_and_leads_back_to_the_search(visit) -> None:
    opened = visit()
    page = opened.page
    page.fill("[name=q]", "please")
    title = cards(page).first.locator("h2").inner_text()
    cards(page).first.locator("a").click()
    page.wait_for_selector("h1")
    assert page.inner_text("h1").lower() == title.lower()
    page.click("[data-back]")
    page.wait_for_selector("#people > .person")
    assert page.input_value("[name=q]") == "please"
    assert opened.trouble == []


def test_briefs_are_copied(visit) -> None:
    page = visit("profile").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy]:visible").first
    wanted = page.locator(f"#{button.get_attribute('data-copy')}").text_content()
    button.click()
    page.wait_for_function("document.querySelector('[data-copy]').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    assert wanted.startswith("The scenario says what")


def test_a_keyboard_is_enough(visit) -> None:
    page = visit().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("[name=q]")
    page.keyboard.type("please")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.person') !== null"):
            break
    outline = "getComputedStyle(document.activeElement, '::after').outlineStyle"
    assert page.evaluate(outline) == "solid"
    wanted = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(wanted)
    page.focus("details.brief >> nth=1 >> summary")
    page.keyboard.press("Enter")
    assert page.locator("details.brief").nth(1).get_attribute("open") is not None
    assert page.locator("details.brief").nth(0).get_attribute("open") is None


def test_the_legend_of_the_map_picks_an_archetype(visit) -> None:
    page = visit().page
    button = page.locator("[data-pick]").first
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.input_value("[name=archetype]") == button.get_attribute("data-pick")
    assert "44 profiles" in said(page) and cards(page).count() < 44
    button.click()
    assert said(page) == "44 profiles"


def test_a_dot_of_the_map_opens_its_profile(visit) -> None:
    page = visit().page
    x, y = page.evaluate(
        """() => {
            const box = document.getElementById("map").getBoundingClientRect();
            const [x, y] = gallery.at[3];
            return [14 + x / 1000 * (box.width - 28), 24 + y / 1000 * (box.height - 48)];
        }"""
    )
    page.locator("#map").hover(position={"x": x, "y": y}, force=True)
    assert page.locator(".map-card").inner_text().strip()
    page.locator("#map").click(position={"x": x, "y": y}, force=True)
    page.wait_for_selector("#h-brief")
    assert "/p_" in page.url


def test_dimensions_are_searched(visit) -> None:
    page = visit("dimensions.html").page
    page.fill("[data-narrow]", "greeting")
    shown = page.locator(".axis:visible").count()
    assert 0 < shown < 20
    assert page.inner_text("#narrowed").startswith(f"{shown} of ")


def test_a_link_to_a_dimension_leads_to_it(visit) -> None:
    page = visit("dimensions.html", tail="#spacing_slips").page
    page.wait_for_timeout(300)
    top = page.evaluate("document.getElementById('spacing_slips').getBoundingClientRect().top")
    assert 0 <= top < 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "profile", "archetypes.html", "dimensions.html"])
def test_text_has_contrast_enough(visit, name: str, scheme: str) -> None:
    """WCAG 2 AA: 4.5 to 1, of all text that is shown."""
    low = visit(name, scheme=scheme).page.evaluate(
        """() => {
            const read = (colour) => {
                const parts = colour.match(/[\\d.]+/g).map(Number);
                return [...parts.slice(0, 3), parts[3] ?? 1];
            };
            const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
                .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = (one) => {
                for (; one; one = one.parentElement) {
                    const colour = read(getComputedStyle(one).backgroundColor);
                    if (colour[3] === 1) return colour;
                }
                return [255, 255, 255, 1];
            };
            const low = new Set();
            for (const one of document.querySelectorAll("main *, header *, footer *")) {
                const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                if (!own || one.disabled || one.closest("svg, option, [disabled]")) continue;
                const [a, b] = [light(read(getComputedStyle(one).color)), light(behind(one))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < 4.5) low.add(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`);
            }
            return [...low];
        }"""
    )
    assert low == []


def test_a_profile_prints_black_on_white_what_was_open(visit) -> None:
    page = visit("profile", scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav:visible, button:visible").count() == 0
    assert page.locator("details.group:visible").count() == 3
    assert page.locator("details.brief:visible").count() == 1


def test_people_are_listed_without_scripts(browser, made) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((made["demo"] / "index.html").as_uri())
    assert page.locator("main a[href^=p_]:visible").count() == 44
    page.goto((made["demo"] / "archetypes.html").as_uri())
    assert page.locator(".crowd:visible").count() == 6
    page.context.close()


def test_every_link_of_the_browser_exists(visit, made) -> None:
    page = visit().page
    links = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
    assert len(links) > 44
    for link in links:
        path = Path(unquote(link.removeprefix("file://").partition("#")[0]))
        assert path.is_file(), link
