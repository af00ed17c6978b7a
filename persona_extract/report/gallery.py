"""A pack as a gallery: a folder of pages that needs no server and no network.

Same pack, same program: same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import jinja2
import orjson

from persona_extract import __version__
from persona_extract.packs.read import Pack
from persona_extract.records.fields import LEVELS
from persona_extract.report import found, words
from persona_extract.report.gallery_index import index_script, named_dimensions
from persona_extract.report.gallery_near import draw_atlas, neighbours
from persona_extract.report.gallery_pages import axes, crowds, face, legend
from persona_extract.report.gallery_people import People, gather_people
from persona_extract.report.profile_words import axis_words, window_words

MARKER = "gallery.json"
"""The file by which a gallery is known."""

NEAR = 5
_PACKAGE, _FOLDER = "persona_extract.report", "templates"
_STEPS = 101

_FILTERS: dict[str, Callable[..., object]] = {
    "count": words.count,
    "number": words.number,
    "percent": words.percent,
    "name": words.plain_name,
    "signed": found.signed,
    "window": window_words,
    "axis": axis_words,
}
_WORDS: dict[str, object] = {
    "counted": words.counted,
    "firmness": found.firmness,
    "mark_name": found.mark_name,
    "strongest_first": found.strongest_first,
    "levels": LEVELS,
    "version": __version__,
}


class Page(NamedTuple):
    """A file of a gallery."""

    name: str
    content: bytes


def gallery_pages(pack: Pack, card: str) -> Iterator[Page]:
    """All files of the gallery of a pack, one at a time: the marker first, then what all pages
    share, the overviews, and a page a profile.

    Args:
        pack: as it was read.
        card: the pack's own card, Markdown, which is shown as it is.
    """
    people = gather_people(pack)
    atlas = draw_atlas(people)
    environment = _environment(people)

    def page(name: str, **shown: object) -> Page:
        template = environment.get_template(f"gallery/{name.removesuffix('.html')}.html.jinja")
        return Page(name, template.render(page=name, **shown).encode())

    yield Page(MARKER, _marker(pack))
    yield Page("gallery.css", _style().encode())
    yield Page("gallery.js", _text("gallery/gallery.js").encode())
    yield Page("profiles.js", index_script(people, atlas).encode())
    yield page("index.html", named=named_dimensions(people), legend=legend(people), ends=atlas.ends)
    yield page("archetypes.html", crowds=crowds(people), legend=legend(people))
    yield page("dimensions.html", groups=axes(people))
    yield page("about.html", card=card)
    template = environment.get_template("gallery/profile.html.jinja")
    for at, near in enumerate(neighbours(people, NEAR)):
        shown = face(people, at, near)
        yield Page(shown.person.page, template.render(page="", face=shown).encode())


def n_pages(pack: Pack) -> int:
    """How many files `gallery_pages` gives."""
    return len(pack.profiles) + 8


def _environment(people: People) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(_PACKAGE, _FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    manifest = people.pack.manifest
    named = {one.id: one.label.name for one in (*manifest.moves, *manifest.traits)}
    own: dict[str, object] = {"m": manifest, "people": people, "names": named}
    cast("dict[str, object]", environment.filters).update(_FILTERS)
    cast("dict[str, object]", environment.globals).update(_WORDS | own)
    return environment


def _marker(pack: Pack) -> bytes:
    told = {
        "made_by": f"persona_extract {__version__}",
        "pack": pack.manifest.name,
        "version": pack.manifest.version,
        "digest": pack.manifest.digest,
        "profiles": pack.manifest.n_profiles,
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@cache
def _style() -> str:
    """The style of the report, that of the gallery, and a class for each place on a strip and each
    length of a bar: pages hold no style, and the policy of their contents allows none."""
    at = "".join(f".p{i}{{left:{i}%}}.f{i}{{width:{i}%}}\n" for i in range(_STEPS))
    return _text("report.css") + _text("gallery/gallery.css") + at


def _text(name: str) -> str:
    place = files(_PACKAGE).joinpath(_FOLDER)
    for part in name.split("/"):
        place = place.joinpath(part)
    return place.read_text(encoding="utf-8")
