from __future__ import annotations

import itertools

import pytest

from persona_extract.report.placing import LAYOUTS, LONGEST, Spot, place_labels
from persona_extract.report.user_map import MOST_DOTS, UserMap, draw_users, sign_of
from tests.unit.report.groups import with_groups, without_groups
from tests.unit.report.sample import empty_results, sample_results

Box = tuple[float, float, float, float]


def _drawn(n_users: int, n_archetypes: int = 4) -> UserMap:
    found = draw_users(with_groups(sample_results(n_users), n_archetypes))
    assert found is not None
    return found


def _boxes(spots: list[Spot], sides: list[str], layout: str) -> list[Box]:
    """Where labels stand, counted by the width of letters in a usual sans-serif."""
    scale = LAYOUTS[layout] / 1000
    boxes: list[Box] = []
    for spot, side in zip(spots, sides, strict=True):
        letter = 7.2 if spot.kind == "archetype" else 6.2
        wide = 18 if side in "hijud" else min(LONGEST[layout], len(spot.text) * letter)
        x, y = spot.x * scale, spot.y * scale
        left = {"r": x + 8, "i": x + 12, "l": x - 8 - wide, "j": x - 12 - wide}.get(
            side, x - wide / 2
        )
        top = {"t": y - 25, "u": y - 29, "b": y + 8, "d": y + 12}.get(side, y - 8.5)
        if side:
            boxes.append((left, top, left + wide, top + 16))
    return boxes


def test_there_is_a_dot_for_every_user_in_the_strokes_of_the_archetype() -> None:
    results = sample_results(300)
    found = draw_users(results)
    assert found is not None
    by_archetype = {
        one.id: sum(s.path.count("M") for s in found.strokes if s.archetype == i)
        for i, one in enumerate(results.archetypes.archetypes)
    }
    assert by_archetype == {one.id: one.n_users for one in results.archetypes.archetypes}
    none = sum(s.path.count("M") for s in found.strokes if s.archetype is None)
    assert none == sum(user.archetype is None for user in results.users) > 0
    assert found.n_dots == found.n_users == 300


def test_dots_and_marks_stand_inside_and_keep_their_distances() -> None:
    results = sample_results(200)
    found = draw_users(results)
    assert found is not None
    xs, ys = found.dots["x"], found.dots["y"]
    assert isinstance(xs, list) and isinstance(ys, list)
    assert all(0 < x < 1000 for x in xs)
    assert all(0 < y < found.height for y in ys)
    assert all(0 < label.left < 100 and 0 < label.top < 100 for label in found.labels)
    a, b, c = results.users[:3]
    across = (xs[1] - xs[0]) / ((b.x or 0) - (a.x or 0))
    down = (ys[2] - ys[0]) / ((c.y or 0) - (a.y or 0))
    assert across == pytest.approx(-down, rel=0.1)


def test_hovering_knows_every_dot() -> None:
    results = sample_results(50)
    found = draw_users(results)
    assert found is not None
    columns = [values for name, values in found.dots.items() if name != "texts"]
    assert {len(values) for values in columns if isinstance(values, list)} == {50}
    user, place = results.users[7], found.dots["directives"]
    texts = found.dots["texts"]
    assert isinstance(place, list) and isinstance(texts, list)
    assert [texts[i] for i in place[7]] == user.directives[:3]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_label_covers_another_or_leaves_the_map(layout: str) -> None:
    spots = [
        Spot("archetype", f"users of kind {i}", 150 + 170 * (i % 5), 90 + 150 * (i // 5))
        for i in range(10)
    ]
    spots += [
        Spot("dimension", f"mark number {i}", 1000 * ((i * 37) % 41) / 41, 15 * i)
        for i in range(40)
    ]
    sides = place_labels(spots, 1000, 640)[layout]
    boxes = _boxes(spots, sides, layout)
    for a, b in itertools.combinations(boxes, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
    scale = LAYOUTS[layout] / 1000
    assert all(left >= 0 and top >= 0 for left, top, _, _ in boxes)
    assert all(right <= 1000 * scale and low <= 640 * scale for *_, right, low in boxes)
    assert all(sides[:10])
    assert not all(sides[10:])
    assert any(sides[10:]) or layout == "narrow"


def test_of_names_on_one_place_the_numbers_stay() -> None:
    heap = [Spot("archetype", "a name", 500, 300) for _ in range(5)]
    for sides in place_labels(heap, 1000, 640).values():
        assert len(set(sides)) == 5


def test_an_archetype_after_the_seventh_has_another_shape() -> None:
    signs = [sign_of(i) for i in range(14)]
    assert len(set(signs)) == 14
    assert sign_of(None) == "none" not in signs


def test_a_large_run_is_drawn_in_few_strokes_and_says_how_many() -> None:
    found = _drawn(MOST_DOTS + 1000, 12)
    assert found.n_users == MOST_DOTS + 1000
    assert MOST_DOTS / 3 < found.n_dots <= MOST_DOTS
    assert len(found.strokes) < 400


@pytest.mark.parametrize("n_users", [1, 2, 3])
def test_a_handful_of_users_is_a_map(n_users: int) -> None:
    assert _drawn(n_users, 1).n_dots == n_users


def test_users_on_one_spot_are_a_map() -> None:
    results = without_groups(sample_results(5))
    users = [user.model_copy(update={"x": 1.0, "y": -2.0}) for user in results.users]
    found = draw_users(results.model_copy(update={"users": users}))
    assert found is not None
    assert found.dots["x"] == [500] * 5


def test_without_places_there_is_no_map() -> None:
    assert draw_users(without_groups(sample_results(5))) is None
    assert draw_users(empty_results()) is None
