"""Files in the shape of tau-bench, of made-up users."""

from __future__ import annotations

import json
from pathlib import Path

POLITE = ("Hello, could you please help me with order {n}?", "Thank you, that is very kind.")
CURT = ("order {n} now!", "NO. do it")


def tau_bench(
    folder: Path,
    name: str = "made_telecom",
    *,
    tasks: int = 12,
    trials: int = 1,
    said: tuple[str, ...] = POLITE,
) -> Path:
    """A result list; users say the same in every task, with its number in it."""
    entries = [
        {"task_id": task, "trial": trial, "reward": 1.0, "info": {}, "traj": _talk(task, said)}
        for trial in range(trials)
        for task in range(tasks)
    ]
    path = folder / f"{name}.json"
    path.write_text(json.dumps(entries))
    return path


def _talk(task: int, said: tuple[str, ...]) -> list[dict[str, str]]:
    messages = [{"role": "system", "content": "Rules."}]
    for text in said:
        messages += [
            {"role": "user", "content": text.format(n=task)},
            {"role": "assistant", "content": "Certainly. Anything else?"},
        ]
    return [*messages, {"role": "user", "content": "###STOP###"}]
