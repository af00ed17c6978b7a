"""constraints.txt pins everything that an installation brings, at the version that is here."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"
UNPINNED = {"persona-extract", "pip", "setuptools", "uv"}
"""The program itself, and what sets it up."""


def test_everything_installed_is_pinned_at_its_version() -> None:
    pins = _pins()
    installed = _installed("persona-extract", {"dev"})
    assert len(installed) > 100
    loose = {
        name: version
        for name, version in installed.items()
        if name not in UNPINNED
        and not any(pin.specifier.contains(version, prereleases=True) for pin in pins.get(name, []))
    }
    assert not loose, f"not in constraints.txt at that version: {loose}"


def test_constraints_name_no_place() -> None:
    text = CONSTRAINTS.read_text("utf-8")
    assert not re.search(r"://|file:|@|--|/", text)
    assert all(len(pin.specifier) == 1 and "==" in str(pin) for p in _pins().values() for pin in p)


def test_torch_is_pinned_where_its_default_builds_are_cuda() -> None:
    (torch,) = _pins()["torch"]
    assert str(torch.marker) == 'sys_platform == "linux"'


def _pins() -> dict[str, list[Requirement]]:
    """Pins by name that hold for this Python and platform."""
    pins: dict[str, list[Requirement]] = {}
    for line in CONSTRAINTS.read_text("utf-8").splitlines():
        pin = Requirement(line)
        if pin.marker is None or pin.marker.evaluate():
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def _installed(root: str, extras: set[str]) -> dict[str, str]:
    """Version of the package and of all that it asks for, directly or not, by name."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(root, frozenset(extras))]
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            here = distribution(name)
        except PackageNotFoundError:
            continue
        found[canonicalize_name(name)] = here.version
        for line in here.requires or []:
            asked = Requirement(line)
            if _applies(asked, wanted):
                waiting.append((asked.name, frozenset(asked.extras)))
    return found


def _applies(asked: Requirement, extras: frozenset[str]) -> bool:
    if asked.marker is None:
        return True
    return any(asked.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
