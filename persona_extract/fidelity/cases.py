"""Held-out conversations, and the neutral scenario that every arm plays on each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal

import numpy as np
import polars as pl

from persona_extract.fidelity.neutral import neutralise
from persona_extract.records.scenario import Scenario
from persona_extract.records.settings import SimulateSettings
from persona_extract.records.tables import TURNS, conform
from persona_extract.simulators.pace import pack, sentences
from persona_extract.text import content_hash

StratumName = Literal["several conversations", "one conversation"]

STRATA: tuple[StratumName, ...] = ("several conversations", "one conversation")

MIN_HALVED = 6
"""User turns that the only conversation of a user must have to be cut in two."""


Write = Callable[[str, pl.DataFrame], Scenario | None]
"""(id, held-out turns) -> their scenario, or None if they have no content."""


MOST_USERS = 2000
"""Users that cases are drawn from, or ten times as many as cases if that is more."""


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out conversation (or second half of one).

    Attributes:
        id: content hash of the stratum and the conversation.
        stratum: users with one conversation are never pooled with the others.
        user_key: whose it is.
        held: the real turns that were held out (`records.tables.TURNS`).
        evidence: the same user's other turns (`TURNS`): all that the profile may be read from.
        scenario: the content of the held-out turns in neutral wording.
        heard: the assistant's last message before the second half; None where the case opens a
            conversation.
    """

    id: str
    stratum: StratumName
    user_key: str
    held: pl.DataFrame
    evidence: pl.DataFrame
    scenario: Scenario
    heard: str | None


def drawn_from(users: pl.Series, settings: SimulateSettings, *, seed: int) -> pl.Series:
    """The users whose turns `cases` has to be given: all, or a seeded sample of many."""
    distinct = users.unique().sort()
    most = max(MOST_USERS, 10 * settings.cases)
    if len(distinct) <= most:
        return distinct
    chosen = np.random.default_rng(seed).choice(len(distinct), most, replace=False)
    return distinct.gather(np.sort(chosen))


def cases(
    turns: pl.DataFrame,
    settings: SimulateSettings,
    *,
    seed: int,
    scenarios: Mapping[str, Scenario] | None = None,
) -> tuple[Case, ...]:
    """The cases of both strata, at most `settings.cases` of each.

    Of users with two conversations or more, whole conversations are held out, one a case; of users
    with a single conversation of at least `MIN_HALVED` user turns, its second half. Users take
    turns in a seeded order, so that nobody has two cases more than somebody else with as many to
    give. Conversations whose held-out turns have no content are passed over, and so is a stratum
    with a single user: nobody could be told from anybody.

    Args:
        turns: `records.tables.TURNS`, near-duplicate conversations already dropped.
        settings: how many.
        seed: same turns, settings and seed, same cases.
        scenarios: those of the same cases by id, where they were made before: wording them takes
            most of the time.
    """
    ordered = conform(turns, TURNS).sort("user_key", "conversation_id", "turn")
    users = ordered.partition_by("user_key", maintain_order=True)
    pace = _typical_words(ordered)
    write = partial(_scenario, pace=pace) if scenarios is None else partial(_known, scenarios)
    queues: dict[StratumName, list[Iterator[Case]]] = {name: [] for name in STRATA}
    order: list[int] = np.random.default_rng(seed).permutation(len(users)).tolist()
    for i in order:
        user = users[i]
        several = user["conversation_id"].n_unique() > 1
        name: StratumName = STRATA[0] if several else STRATA[1]
        queues[name].append(_whole_cases(user, write, seed) if several else _half_case(user, write))
    return tuple(c for name in STRATA for c in _chosen(queues[name], settings.cases))


def _chosen(queues: Iterable[Iterator[Case]], most: int) -> list[Case]:
    found = list(islice(_in_turns(queues), most))
    return found if len({case.user_key for case in found}) > 1 else []


def _typical_words(turns: pl.DataFrame) -> int:
    """Median words of a turn of the corpus, at least 1."""
    median = turns["text"].str.count_matches(r"\S+").median()
    return max(1, round(median)) if isinstance(median, float) else 1


def _in_turns(queues: Iterable[Iterator[Case]]) -> Iterator[Case]:
    """One case of each user, then a second one of each, and so on."""
    waiting = deque(queues)
    while waiting:
        queue = waiting.popleft()
        case = next(queue, None)
        if case is not None:
            yield case
            waiting.append(queue)


def _whole_cases(user: pl.DataFrame, write: Write, seed: int) -> Iterator[Case]:
    key = str(user["user_key"][0])
    ids = user["conversation_id"].unique(maintain_order=True).to_list()
    for conversation in sorted(ids, key=lambda c: content_hash(str(seed), key, c)):
        own = pl.col("conversation_id") == conversation
        yield from _case(STRATA[0], user.filter(own), user.filter(~own), None, write)


def _half_case(user: pl.DataFrame, write: Write) -> Iterator[Case]:
    half = user.height // 2
    if user.height < MIN_HALVED:
        return
    first = user.head(half).with_columns(pl.lit(half, pl.UInt32).alias("n_turns"))
    held = user.tail(user.height - half)
    yield from _case(STRATA[1], held, first, str(held["assistant_before"][0] or ""), write)


def _case(
    stratum: StratumName,
    held: pl.DataFrame,
    evidence: pl.DataFrame,
    heard: str | None,
    write: Write,
) -> Iterator[Case]:
    """The case, or none if nothing that was held out has content."""
    key, conversation = str(held["user_key"][0]), str(held["conversation_id"][0])
    name = content_hash("case", stratum, conversation)
    scenario = write(name, held)
    if scenario is not None:
        yield Case(name, stratum, key, held, evidence, scenario, heard)


def _scenario(name: str, held: pl.DataFrame, *, pace: int) -> Scenario | None:
    """The scenario of the held-out turns; None if they have no content."""
    requests = _requests(held["text"], pace)
    return Scenario(id=name, domain=held["domain"][0], requests=requests) if requests else None


def _known(scenarios: Mapping[str, Scenario], name: str, held: pl.DataFrame) -> Scenario | None:
    return scenarios.get(name)


def _requests(texts: Iterable[str], pace: int) -> list[str]:
    """The content in pieces of the typical length, whatever turns the person made of it."""
    said = [part for text in texts for part in sentences(neutralise(text))]
    return pack(said, pace)
