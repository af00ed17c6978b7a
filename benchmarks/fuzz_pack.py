"""Feeds damaged and hostile packs to the loader and counts what comes of them.

    python benchmarks/fuzz_pack.py [--seconds 60] [--seed 0] [--pack profiles/demo]
    python benchmarks/fuzz_pack.py --atheris --seconds 300     (with atheris installed)

Each input is a small valid pack, changed in one to four places: bytes, JSON values, lines, files,
checksums, with ids and checksums mended or not (`tests/unit/packs/mutations.py`). `read_pack` and
`pack validate` may refuse it as they refuse, and nothing else may happen: any other exception, more
than ten seconds, or two different judgements are failures, printed with the seed of the input. With
`--atheris` its coverage-guided engine writes single files, which are examined in memory.
"""

from __future__ import annotations

import argparse
import atexit
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SLOW = 10.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pack", type=Path, default=ROOT / "profiles" / "demo")
    parser.add_argument("--one", type=int, help="only the input of this seed, with its traceback")
    parser.add_argument("--atheris", action="store_true")
    said = parser.parse_args()
    if said.atheris:
        guided(said.pack, said.seconds, said.seed)
        return
    with tempfile.TemporaryDirectory() as place:
        failed = at_random(Path(place), said)
    sys.exit(1 if failed else 0)


def at_random(place: Path, said: argparse.Namespace) -> int:
    from tests.unit.packs.mutations import mutate, restore, small_pack

    good = small_pack(said.pack, place / "good")
    outcomes, kinds, failures, slowest = Counter[str](), Counter[str](), list[str](), 0.0
    seed, end = said.seed, time.monotonic() + said.seconds
    while time.monotonic() < end:
        number = seed if said.one is None else said.one
        restore(good, place / "pack")
        how = mutate(place / "pack", random.Random(number))
        start = time.monotonic()
        outcome = judge(place / "pack", show=said.one is not None)
        slowest = max(slowest, time.monotonic() - start)
        outcomes[outcome] += 1
        kinds.update(how.split("+"))
        if outcome not in ("accepted", "refused") or time.monotonic() - start > SLOW:
            failures.append(f"seed {number}: {how}: {outcome}")
        seed += 1
        if said.one is not None:
            print(how)
            break
    print(f"{outcomes.total():,} packs: " + ", ".join(f"{k} {n:,}" for k, n in outcomes.items()))
    print("changes: " + ", ".join(f"{kind} {n:,}" for kind, n in kinds.most_common()))
    print(f"slowest {slowest:.2f} s")
    print("\n".join(failures[:20]) or "no failure")
    return len(failures)


def judge(folder: Path, *, show: bool = False) -> str:
    """What the loader says: "accepted", "refused", or the exception that nobody expected."""
    from persona_extract.errors import PackError, StoreError
    from persona_extract.packs.read import read_pack
    from persona_extract.pipeline.validating import validate

    try:
        found = validate(folder, None)
        found.model_dump_json()
        try:
            read_pack(folder)
            read = True
        except (PackError, StoreError) as error:
            str(error).encode()
            read = False
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        if show:
            traceback.print_exc()
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    if found.valid and not read:
        return "valid, yet not readable"
    return "accepted" if read else "refused"


def guided(demo: Path, seconds: float, seed: int) -> None:
    """Coverage-guided: the engine writes a line, a manifest, a card or checksums, each of which is
    read and examined in memory, as `read_pack` does with files."""
    import atheris

    with atheris.instrument_imports(include=["persona_extract.packs", "persona_extract.prompts"]):
        from persona_extract.packs.catalogue import catalogue_doubts
        from persona_extract.packs.claims import doubts
        from persona_extract.packs.decode import decode
        from persona_extract.packs.files import listed_sums
        from persona_extract.packs.findings import Doubt
        from persona_extract.packs.population import Values
        from persona_extract.packs.schema import schema_doubt
        from persona_extract.packs.tally import Tally
        from persona_extract.packs.texts import manifest_texts
        from persona_extract.packs.wording import card_doubts, wording_doubts
    from persona_extract.records.pack import PackManifest
    from persona_extract.records.profile import Profile
    from tests.unit.packs.mutations import small_pack

    place = Path(tempfile.mkdtemp())
    good, corpus = small_pack(demo, place / "good", 2), place / "corpus"
    names = ("profiles.jsonl", "manifest.json", "README.md", "SHA256SUMS", "schema.json")
    corpus.mkdir()
    for at, name in enumerate(names):
        (corpus / name).write_bytes(bytes([at]) + (good / name).read_bytes().split(b"\n{")[0])
    manifest = decode((good / "manifest.json").read_bytes(), PackManifest)
    assert isinstance(manifest, PackManifest)
    counts = Counter[str]()

    def one(data: bytes) -> None:
        kind, content = (data[0] % 5, data[1:]) if data else (0, b"")
        found: object = None
        if kind == 0 and isinstance(profile := decode(content, Profile), Profile):
            tally, values = Tally(), Values()
            tally.add(profile)
            values.add(profile)
            found = [*doubts(profile, manifest, same_dimensions=True), *values.doubts(manifest)]
        elif kind == 1 and isinstance(read := decode(content, PackManifest), PackManifest):
            found = [*catalogue_doubts(read, Tally()), *wording_doubts(manifest_texts(read))]
        elif kind == 2:
            found = list(card_doubts(content))
        elif kind == 3:
            found = listed_sums(content)
        elif kind == 4:
            found = schema_doubt(content, exactly=False)
        examined = isinstance(found, list) or (kind > 2 and not isinstance(found, Doubt))
        counts[f"{names[kind]}: {'examined' if examined else 'refused as it stands'}"] += 1

    def report() -> None:
        print(f"{counts.total():,} inputs: {dict(counts)}", file=sys.stderr)

    atexit.register(report)
    _fuzz(atheris.Setup, atheris.Fuzz, one, [str(corpus)], seconds, seed)


def _fuzz(
    setup: Callable[..., object],
    fuzz: Callable[[], object],
    one: Callable[[bytes], None],
    corpus: list[str],
    seconds: float,
    seed: int,
) -> None:
    limits = [f"-max_total_time={int(seconds)}", f"-seed={seed + 1}", "-max_len=60000"]
    setup([sys.argv[0], *limits, f"-timeout={int(SLOW)}", "-print_final_stats=1", *corpus], one)
    fuzz()


if __name__ == "__main__":
    main()
