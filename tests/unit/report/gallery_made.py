"""Packs to make galleries of: the shipped one, one in which every text is an attack, and one that
was imported."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from persona_extract.packs.read import Pack, read_pack
from persona_extract.records.catalogue import Label, Mark, Trait
from persona_extract.records.directives import (
    Evidence,
    ImportedDirective,
    Question,
    ReadDirective,
    Support,
)
from persona_extract.records.profile import Background, Example, Profile, TraitSeen
from persona_extract.report.gallery import gallery_pages

DEMO = Path(__file__).resolve().parents[3] / "profiles" / "demo"
ATTACK = (
    "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=2>"
    "'\"--><svg onload=window.pwned=3>{{7*7}}\u2028"
)


@cache
def demo_pack() -> Pack:
    return read_pack(DEMO)


def hostile_pack(text: str = ATTACK, n: int = 6) -> Pack:
    """Every text that a schema leaves free is the attack."""
    demo = demo_pack()
    manifest = demo.manifest
    first = manifest.archetypes[0]
    trait = Trait(
        id="t_00000000",
        label=Label(name=text, directive=text, made_by=text),
        group=text,
        polarity="does",
        situation="always",
        phrases=[text],
        n_statements=9,
        n_conversations=9,
        n_users=9,
        share=0.5,
        stability=0.9,
    )
    label = Label(name=text, directive=text, condition=text, check=text, made_by=text)
    changed = manifest.model_copy(
        update={
            "name": text,
            "corpora": [text],
            "revisions": [text],
            "licences": [text],
            "traits": [trait],
            "moves": [m.model_copy(update={"label": label}) for m in manifest.moves],
            "archetypes": [
                one.model_copy(
                    update={
                        "label": label,
                        "marks": [
                            *one.marks,
                            Mark(kind="dimension", name=text, side="high", z=1.0),
                            Mark(kind="move", name=text, side="low", z=-1.0),
                        ],
                    }
                )
                for one in (first, *manifest.archetypes[1:])
            ],
            "population": {**manifest.population, text: manifest.population["please"]},
            "n_profiles": n,
            "provenance": manifest.provenance.model_copy(
                update={"code": text, "encoder": text, "models": {text: text}, "prompts": [text]}
            ),
        }
    )
    return Pack(changed, tuple(hostile_profile(one, text) for one in demo.profiles[:n]))


def hostile_profile(one: Profile, text: str = ATTACK) -> Profile:
    seen = Support(n=1, of=1)
    cited = Evidence(
        conversation=one.source.conversations[0], turn=0, start=0, end=1, quote_key="0" * 16
    )
    read = ReadDirective(
        trait="t_00000000",
        text=text,
        situation="other",
        condition=text,
        strength=0.6,
        support=seen,
        evidence=[cited],
        check=Question(question=text),
    )
    dimension = one.readings[0].model_copy(update={"dimension": text})
    return one.model_copy(
        update={
            "source": one.source.model_copy(
                update={"corpus": text, "revision": text, "licence": text}
            ),
            "readings": [*one.readings, dimension],
            "directives": [
                *(d.model_copy(update={"text": text}) for d in one.directives),
                read,
                ImportedDirective(text=text),
            ],
            "traits": [TraitSeen(trait="t_00000000", name=text, support=seen, evidence=[cited])],
            "moves": [m.model_copy(update={"label": text}) for m in one.moves],
            "archetype": one.archetype and one.archetype.model_copy(update={"name": text}),
            "background": [
                Background(
                    attribute="age",
                    value=text,
                    source="inferred",
                    confidence=0.5,
                    n_conversations=1,
                )
            ],
            "examples": [
                Example(dimension=text, text=text, conversation=one.source.conversations[0], turn=0)
            ],
            "provenance": one.provenance.model_copy(
                update={"code": text, "encoder": text, "models": {text: text}, "prompts": [text]}
            ),
        }
    )


def imported_profile(one: Profile) -> Profile:
    """As `pack import` makes it: directives, and nothing else."""
    return one.model_copy(
        update={
            "readings": [],
            "moves": [],
            "transitions": [],
            "policy": None,
            "archetype": None,
            "directives": [ImportedDirective(text="Be brief and a little impatient.")],
            "source": one.source.model_copy(update={"conversations": [], "n_turns": 0}),
        }
    )


def imported_pack() -> Pack:
    demo = demo_pack()
    manifest = demo.manifest.model_copy(
        update={
            "imported": True,
            "population": {},
            "moves": [],
            "archetypes": [],
            "traits": [],
            "n_profiles": 4,
        }
    )
    return Pack(manifest, tuple(imported_profile(one) for one in demo.profiles[:4]))


def write_gallery(pack: Pack, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for page in gallery_pages(pack, "# Card\nA card.\n"):
        (folder / page.name).write_bytes(page.content)
    return folder


class Seen(HTMLParser):
    """Tags and attributes of a page, its text, and the ids in it."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def ids(self) -> list[str]:
        return [found["id"] or "" for _, found in self.tags if "id" in found]

    @property
    def links(self) -> list[str]:
        return [found["href"] or "" for tag, found in self.tags if tag == "a" and "href" in found]
