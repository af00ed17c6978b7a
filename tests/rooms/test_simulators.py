"""Every simulator of the room, known by name or not yet written, keeps these promises."""

from __future__ import annotations

from functools import partial

import pytest

from persona_extract.dialogue import converse, echo
from persona_extract.errors import UsageError
from persona_extract.records.scenario import Scenario
from persona_extract.rooms import furniture
from persona_extract.simulators import find_simulator
from persona_extract.simulators.protocol import Part, Simulator
from tests.unit.simulators.people import profile

ROOM = [exported for _, exported in furniture("simulators", "SIMULATOR")]
CONTROL = ("###", "<|", "|>", "/close", "[END]", "STOP")
SCENARIO = Scenario(
    id="s1",
    domain="travel",
    requests=["Change my flight to a later day.", "Tell me what it costs. I have a voucher."],
    facts=["The booking is ZX81QD.", "My name is Anna Karlsson."],
)
PROFILES = [None, profile(lowercase_start=0.9, please=0.5, hedges=0.6, thanks_at_end=1.0)]


def names() -> list[str]:
    return [simulator.name for simulator in ROOM if isinstance(simulator.name, str)]


def test_the_room_is_not_empty_and_every_name_leads_back() -> None:
    assert names()
    assert len(set(names())) == len(ROOM)
    for simulator in ROOM:
        assert find_simulator(simulator.name) is simulator


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="agenda"):
        find_simulator("no-such-simulator")


@pytest.mark.parametrize("simulator", ROOM, ids=names())
@pytest.mark.parametrize("who", PROFILES, ids=["plain", "profile"])
@pytest.mark.parametrize("most", [1, 3, 12])
def test_what_a_simulator_says(simulator: Simulator, who: object, most: int) -> None:
    play = partial(converse, simulator, Part(SCENARIO, who, most), echo, arm="test")  # type: ignore[arg-type]
    for seed in range(20):
        transcript = play(seed=seed)
        said = [m.content for m in transcript.messages if m.role == "user"]
        assert 1 <= len(said) <= most
        assert all(turn.strip() for turn in said)
        assert not any(token in turn for turn in said for token in CONTROL)
        assert all(ord(c) < 0xE000 or 0x1F000 <= ord(c) < 0x20000 for c in "".join(said))
        assert transcript.ended in ("goal", "patience", "cap")
        assert transcript == play(seed=seed)
