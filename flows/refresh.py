"""Refreshes a pack: the whole pipeline as a Prefect flow.

Needs no server:  python flows/refresh.py demo --out runs/demo
On a schedule:    prefect deploy --all   (see prefect.yaml)

The salt of the user keys is the workspace's own, or PERSONA_EXTRACT_SALT; it is no parameter, so
that it is not shown in any user interface.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("DO_NOT_TRACK", "1")  # before Prefect is imported, which reports home
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect_steps import LogWatcher, PrefectSteps

from persona_extract.cli.settings import load_settings
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.run import run
from persona_extract.store.workspace import open_workspace


@flow(name="refresh", flow_run_name="refresh {source}", log_prints=False)
def refresh(
    source: str = "demo",
    out: str = "runs/refresh",
    preset: str | None = None,
    limit: int | None = None,
    seed: int | None = None,
    encoder: str | None = None,
    config: Path | None = None,
) -> str:
    """Reads SOURCE, writes pack and report into the workspace `out`; returns the pack's folder."""
    overrides = {"pull.limit": limit, "seed": seed, "cluster.encoder": encoder}
    settings = load_settings(config, preset=preset, overrides=overrides)
    workspace = open_workspace(Path(out), os.environ.get("PERSONA_EXTRACT_SALT"))
    job = Job(workspace, source, settings)
    run(job, PrefectSteps(), LogWatcher())
    summary = (job.folder("report") / "summary.md").read_text(encoding="utf-8")
    create_markdown_artifact(summary, key="refresh-summary", description=f"refresh of {source}")
    return str(job.pack)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Refresh a pack as a Prefect flow.")
    parser.add_argument("source", help="demo | wildchat | wildchat:4.8M | PATH")
    parser.add_argument("--out", required=True, help="workspace folder")
    parser.add_argument("--preset", default=None)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--config", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    refresh(**vars(_arguments()))
