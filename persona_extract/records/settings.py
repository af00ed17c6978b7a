"""Everything a run can be told, with its defaults. Reading files and environment is the CLI's."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Record
from persona_extract.records.models import ModelsSettings
from persona_extract.records.pack import SEMANTIC

MOST = 2**31 - 1
"""Largest number that may be said; what is handed on to takes no more."""


class PullSettings(Record):
    """What is read from the source."""

    limit: Annotated[
        int | None, Field(ge=1, le=MOST, description="at most so many conversations")
    ] = None
    revision: Annotated[str | None, Field(description="hub revision to pin")] = None
    chunk: Annotated[int, Field(ge=1, le=MOST, description="conversations in memory at a time")] = (
        1000
    )
    fields: Annotated[
        dict[str, str], Field(description="where a chat log keeps what (see `jsonl` in the docs)")
    ] = {}


class CurateSettings(Record):
    """Which conversations are kept. A preset sets all of it; single keys override the preset."""

    languages: Annotated[list[str] | None, Field(description="kept languages; null keeps all")] = [
        "English"
    ]
    models: Annotated[
        list[str] | None,
        Field(description="kept assistant models, by prefix (case folded); null keeps all"),
    ] = None
    min_turns: Annotated[int, Field(ge=1, le=MOST, description="substantive user turns left")] = 3
    max_turns: Annotated[int, Field(ge=1, le=MOST, description="user turns at the most")] = 400
    max_chars: Annotated[
        int, Field(ge=1, le=MOST, description="characters of user text at the most")
    ] = 400_000
    bookend_words: Annotated[
        int,
        Field(ge=0, le=MOST, description="longest greeting or thanks that is trimmed at the ends"),
    ] = 5
    drop_toxic: Annotated[bool, Field(description="drop what the corpus flags as toxic")] = True
    drop_redacted: Annotated[bool, Field(description="drop what the corpus flags as redacted")] = (
        True
    )
    near_duplicate: Annotated[
        float, Field(ge=0, le=1, description="Jaccard similarity of user text; 1 only exact")
    ] = 0.8
    mask: Annotated[
        Literal["patterns", "presidio"], Field(description="how personal data are masked")
    ] = "patterns"


class ReadSettings(Record):
    """What the reader model is shown. Without a reader nothing is read."""

    conversations: Annotated[
        int | None, Field(ge=1, le=MOST, description="conversations of a user at the most")
    ] = 10
    turns: Annotated[
        int, Field(ge=2, le=MOST, description="user turns in one call at the most")
    ] = 12
    user_chars: Annotated[
        int, Field(ge=40, le=MOST, description="characters shown of a user turn")
    ] = 600
    assistant_chars: Annotated[
        int, Field(ge=0, le=MOST, description="characters shown of an assistant turn")
    ] = 160
    statements: Annotated[
        int, Field(ge=1, le=50, description="statements asked for in one call at the most")
    ] = 6
    demographics: Annotated[
        bool, Field(description="also read age, gender, ...; never published unless asked for")
    ] = False


class ClusterSettings(Record):
    """How follow-up moves, statements and users are clustered."""

    encoder: Annotated[
        str, Field(description='"auto", "lsa", or "sentence-transformers[:model id or path]"')
    ] = "auto"
    max_words: Annotated[
        int, Field(ge=1, le=MOST, description="longest follow-up that is a move")
    ] = 25
    min_clusters: Annotated[int, Field(ge=2, le=MOST, description="moves tried at the least")] = 4
    max_clusters: Annotated[int, Field(ge=2, le=MOST, description="moves at the most")] = 40
    sample: Annotated[
        int, Field(ge=100, le=MOST, description="texts clustered; the rest assigned")
    ] = 20_000
    max_traits: Annotated[
        int, Field(ge=2, le=MOST, description="clusters of statements at the most")
    ] = 60
    max_archetypes: Annotated[
        int, Field(ge=2, le=MOST, description="clusters of users at the most")
    ] = 12
    bootstraps: Annotated[
        int, Field(ge=2, le=1000, description="samples of users that moves and traits are tried on")
    ] = 20
    min_stability: Annotated[
        float, Field(ge=0, le=1, description="mean Jaccard below which a cluster is not kept")
    ] = 0.5
    min_users: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST,
            description="fewer users than that show no move, trait or archetype; null is 10, or "
            "a tenth of the users but at least 3 where there are fewer than 100",
        ),
    ] = None
    previous: Annotated[
        str | None,
        Field(description="workspace whose catalogue lends its ids; null is this one's own last"),
    ] = None


class ProfileSettings(Record):
    """What is written into a profile."""

    directives: Annotated[int, Field(ge=0, le=MOST, description="directives at the most")] = 15
    evidence: Annotated[
        int, Field(ge=1, le=MOST, description="turns cited per directive at the most")
    ] = 5
    examples: Annotated[
        int,
        Field(ge=0, le=20, description="scrubbed forms of turns in a profile at the most"),
    ] = 0


class PackSettings(Record):
    """What the pack says of itself. No profile depends on it."""

    name: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="title; null names the corpus"),
    ] = None
    version: Annotated[
        str, Field(pattern=SEMANTIC, description="its own version, by Semantic Versioning")
    ] = "0.1.0"
    attribution: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=500,
            description="whom to credit; of corpora that the program knows it adds that itself",
        ),
    ] = None


class SimulateSettings(Record):
    """How the arms are compared."""

    cases: Annotated[
        int, Field(ge=0, le=MOST, description="held-out conversations played per arm")
    ] = 200
    max_turns: Annotated[int, Field(ge=1, le=MOST, description="user turns at the most")] = 12


class ReportSettings(Record):
    """What the report shows."""

    examples: Annotated[
        bool, Field(description="show short scrubbed quotes (always on for made-up corpora)")
    ] = False


class Settings(Record):
    """All settings of a run."""

    seed: Annotated[int, Field(ge=0, le=MOST, description="all randomness follows from it")] = 0
    preset: Annotated[str, Field(description="curation preset")] = "default"
    pull: PullSettings = PullSettings()
    curate: CurateSettings = CurateSettings()
    models: ModelsSettings = ModelsSettings()
    read: ReadSettings = ReadSettings()
    cluster: ClusterSettings = ClusterSettings()
    profile: ProfileSettings = ProfileSettings()
    pack: PackSettings = PackSettings()
    simulate: SimulateSettings = SimulateSettings()
    report: ReportSettings = ReportSettings()
