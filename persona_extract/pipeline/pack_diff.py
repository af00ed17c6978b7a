"""Holds two packs against each other: populations, catalogue, profiles, and one verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from persona_extract.fidelity.drift import (
    LEAST,
    THRESHOLDS,
    Effort,
    dimension_shifts,
    enough,
    entry_shifts,
    verdict_of,
    weight_shift,
)
from persona_extract.fidelity.populations import Pair
from persona_extract.packs.diff import KINDS, Matched, made_differently, match, profile_changes
from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline.pack_pairs import (
    Frame,
    entries_held,
    frame_users,
    reading_values,
)
from persona_extract.pipeline.steps import Silent, Watcher
from persona_extract.records.diff import (
    DimensionShift,
    KindChanges,
    PackDiff,
    Side,
    Thresholds,
    Verdict,
    WeightShift,
)

OTHER_RULER = (
    "the packs were measured with different versions of the dimensions: a difference may be one of"
    " the ruler. Those of the same name are compared; make A anew with today's program to be sure"
)
NO_READINGS = "no dimension has readings of enough users in both packs"


def diff_packs(
    a: Path,
    b: Path,
    *,
    thresholds: Thresholds = THRESHOLDS,
    effort: Effort | None = None,
    watcher: Watcher | None = None,
) -> PackDiff:
    """Everything that differs between two packs.

    Raises:
        PackError: one of them is damaged or is no pack.
    """
    watcher = watcher or Silent()
    watcher.begin("read packs", 2)
    packs = read_pack(a), read_pack(b)
    watcher.end("read packs", f"{len(packs[0].profiles)} and {len(packs[1].profiles)} profiles")
    watcher.begin("compare", None)
    found = compare_packs(*packs, (str(a), str(b)), thresholds, effort)
    watcher.end("compare", f"{len(found.dimensions)} dimensions")
    return found


def compare_packs(
    a: Pack,
    b: Pack,
    folders: tuple[str, str] = ("A", "B"),
    thresholds: Thresholds = THRESHOLDS,
    effort: Effort | None = None,
) -> PackDiff:
    """The same of packs in memory."""
    effort = effort or Effort()
    frame = frame_users(a.profiles, b.profiles)
    pair, left_out = _readings(frame, a, b)
    used = replace(
        effort, permutations=enough(effort.permutations, len(pair.columns), thresholds.fdr)
    )
    dimensions = dimension_shifts(pair, thresholds, used)
    matched = [match(kind, a.manifest, b.manifest) for kind in KINDS]
    catalogue = [_kind(frame, one, a, b, thresholds, used) for one in matched]
    weights = _weights(frame, matched[0], a, b, thresholds, used)
    verdict, reasons = _verdict(a, b, dimensions, weights, catalogue, thresholds)
    n_shared = sum(x and y for x, y in zip(frame.in_a, frame.in_b, strict=True))
    return PackDiff(
        verdict=verdict,
        reasons=reasons,
        thresholds=thresholds,
        a=_side(a, folders[0]),
        b=_side(b, folders[1]),
        n_shared=n_shared,
        dimensions=dimensions,
        left_out=left_out,
        catalogue=catalogue,
        archetype_weights=weights,
        profiles=profile_changes(a, b),
        permutations=used.permutations,
        resamples=used.resamples,
        seed=used.seed,
        notes=_notes(a, b, n_shared),
    )


def _verdict(
    a: Pack,
    b: Pack,
    dimensions: Sequence[DimensionShift],
    weights: WeightShift | None,
    catalogue: Sequence[KindChanges],
    thresholds: Thresholds,
) -> tuple[Verdict, list[str]]:
    if not dimensions:
        return "cannot be compared", [NO_READINGS]
    verdict, reasons = verdict_of(dimensions, weights, catalogue, thresholds)
    if a.manifest.provenance.dimensions != b.manifest.provenance.dimensions:
        return "cannot be compared", [OTHER_RULER, *(reasons if verdict == "drifted" else [])]
    return verdict, reasons


def _readings(frame: Frame, a: Pack, b: Pack) -> tuple[Pair, dict[str, str]]:
    """Dimensions that enough users of both packs define, and why the others are left out."""
    counts = [
        Counter(reading.dimension for one in side.profiles for reading in one.readings)
        for side in (a, b)
    ]
    columns: list[str] = []
    left_out: dict[str, str] = {}
    for name in sorted(counts[0] | counts[1]):
        n_a, n_b = counts[0][name], counts[1][name]
        if not (n_a and n_b):
            left_out[name] = f"{'A' if n_b else 'B'} has no reading of it"
        elif min(n_a, n_b) < LEAST:
            left_out[name] = f"{n_a} users of A and {n_b} of B have it; {LEAST} are needed"
        else:
            columns.append(name)
    return frame.pair(columns, reading_values(a.profiles), reading_values(b.profiles)), left_out


def _kind(
    frame: Frame, matched: Matched, a: Pack, b: Pack, thresholds: Thresholds, effort: Effort
) -> KindChanges:
    ids = matched.kept
    names = [(matched.before[one], matched.after[one]) for one in ids]
    pair = frame.pair(ids, *(entries_held(side.profiles, matched.kind, ids) for side in (a, b)))
    return KindChanges(
        kind=matched.kind,
        refused=matched.refused,
        n_a=len(matched.before),
        n_b=len(matched.after),
        new=matched.new,
        vanished=matched.vanished,
        perhaps_same=matched.perhaps_same,
        kept=entry_shifts(pair, names, thresholds, effort),
    )


def _weights(
    frame: Frame, archetypes: Matched, a: Pack, b: Pack, thresholds: Thresholds, effort: Effort
) -> WeightShift | None:
    """How far the weights of all archetypes of either pack moved, with those in none."""
    ids = [*sorted(archetypes.before.keys() | archetypes.after.keys()), ""]
    if archetypes.refused or len(ids) == 1:
        return None
    pair = frame.pair(ids, *(entries_held(side.profiles, "archetype", ids) for side in (a, b)))
    same_list = archetypes.before.keys() == archetypes.after.keys()
    return weight_shift(pair, thresholds, effort, same_list=same_list)


def _side(pack: Pack, folder: str) -> Side:
    manifest = pack.manifest
    return Side(
        folder=folder,
        name=manifest.name,
        version=manifest.version,
        digest=manifest.digest,
        made_up=manifest.made_up,
        corpora=manifest.corpora,
        n_profiles=manifest.n_profiles,
        dimensions=manifest.provenance.dimensions,
        code=manifest.provenance.code,
    )


def _notes(a: Pack, b: Pack, n_shared: int) -> list[str]:
    notes: list[str] = []
    if n_shared:
        notes.append(
            f"{n_shared} users are in both packs: who stayed is held against their own past, and"
            " chance deals anew who came, stayed and went"
        )
    if a.manifest.corpora != b.manifest.corpora:
        notes.append("the packs are of different corpora")
    if differing := [one for one in made_differently(a.manifest, b.manifest) if one != "code"]:
        notes.append(f"the packs were made in different ways: {', '.join(differing)}")
    return notes
