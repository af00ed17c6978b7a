"""What the models of a run would be asked and cost, before the first call."""

from __future__ import annotations

from persona_extract.pipeline import label, read
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.models import forecast_calls
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import Steps, Watcher
from persona_extract.records.fields import Record
from persona_extract.records.spent import Forecast


class RunForecast(Record):
    """What `persona-extract run --dry-run --json` prints; no forecast where no model is named."""

    workspace: str
    forecasts: list[Forecast]


def forecast_run(job: Job, steps: Steps, watcher: Watcher) -> RunForecast:
    """Curates, which asks no model, and counts the calls that would follow."""
    run(job, steps, watcher, until="curate")
    models = job.settings.models
    found: list[Forecast] = []
    if models.reader.model:
        calls = (call for part in job.parts() for call in read.read_calls(job, part))
        found.append(forecast_calls(job, "reader", calls))
    if models.labeler.model:
        found.append(forecast_calls(job, "labeler", label.label_calls_at_most(job)))
    return RunForecast(workspace=str(job.workspace.root), forecasts=found)
