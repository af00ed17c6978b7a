"""How long a run takes, and in what: seconds, CPU seconds and peak memory, in total and by stage.

    python benchmarks/run.py SOURCE [--encoder lsa] [--until report] [--json]

The run happens in a process of its own, in a workspace that is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from machine import describe_machine, peak_megabytes


@dataclass
class Clock:
    """A watcher that notes wall and CPU seconds of each stage."""

    wall: dict[str, float] = field(default_factory=dict[str, float])
    cpu: dict[str, float] = field(default_factory=dict[str, float])
    _began: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def begin(self, stage: str, total: int | None) -> None:
        self._began[stage] = (time.monotonic(), time.process_time())

    def advance(self, stage: str, n: int) -> None:
        pass

    def end(self, stage: str, note: str) -> None:
        wall, cpu = self._began.pop(stage, (time.monotonic(), time.process_time()))
        name = stage.partition(":")[0]
        self.wall[name] = self.wall.get(name, 0.0) + time.monotonic() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu

    def say(self, line: str) -> None:
        pass


def main() -> None:
    asked = _arguments()
    if asked.inside:
        _run(asked)
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="persona-extract-benchmark-") as folder:
        command = [sys.executable, __file__, *sys.argv[1:], "--inside", str(Path(folder) / "run")]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout) | {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_megabytes": round(peak_megabytes(used.ru_maxrss)),
        "load": round(os.getloadavg()[0], 1),
        "machine": describe_machine(),
    }
    print(json.dumps(found, indent=2) if asked.json else _table(found))


def _run(asked: argparse.Namespace) -> None:
    """The run itself; prints what only it can know."""
    from persona_extract.cli.settings import load_settings
    from persona_extract.pipeline.job import Job
    from persona_extract.pipeline.run import run
    from persona_extract.pipeline.steps import InProcess
    from persona_extract.pipeline.summary import summarise
    from persona_extract.store.workspace import open_workspace

    clock = Clock()
    settings = load_settings(None, overrides={"cluster.encoder": asked.encoder})
    job = Job(open_workspace(Path(asked.inside), "benchmark"), asked.source, settings)
    run(job, InProcess(clock), clock, asked.until)
    summary = summarise(job, 0)
    left = job.workspace.finished("02_curate")
    found = {
        "source": asked.source,
        "encoder": summary.encoder,
        "n_conversations": summary.n_conversations,
        "n_kept": summary.n_kept,
        "n_turns": left.counts["turns"] if left else None,
        "n_profiles": summary.n_profiles,
        "stages": {
            name: {"seconds": round(wall, 2), "cpu_seconds": round(clock.cpu[name], 2)}
            for name, wall in clock.wall.items()
        },
    }
    print(json.dumps(found))


def _table(found: dict[str, object]) -> str:
    stages = cast("dict[str, dict[str, float]]", found.pop("stages"))
    lines = [f"{name:16} {value}" for name, value in found.items()]
    lines += ["", f"{'stage':16} {'seconds':>8} {'CPU':>8}"]
    lines += [
        f"{name:16} {used['seconds']:8.1f} {used['cpu_seconds']:8.1f}"
        for name, used in stages.items()
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time a run, stage by stage.")
    parser.add_argument("source", help="as for `persona-extract run`")
    parser.add_argument("--encoder", default="lsa", help="auto | lsa | sentence-transformers[:...]")
    parser.add_argument("--until", default="report", help="last stage")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
