"""tau2-bench (Barres et al., 2025, arXiv 2506.07982): the persona of a task's user scenario."""

from __future__ import annotations

from persona_extract.exports.document import document
from persona_extract.exports.protocol import Batch, Export


def write(batch: Batch) -> dict[str, bytes]:
    """A persona text for each profile."""
    return document(EXPORT, batch, "personas", [one.brief for one in batch.people])


EXPORT = Export(
    name="tau2",
    about="tau2-bench: persona text for the user scenario of a task.",
    target="tau2-bench 1.0.1 (a2c02472)",
    suffix=".json",
    use="task.user_scenario.persona = document['personas'][n], in a task loader registered with "
    "registry.register_tasks, or in a tasks.json below TAU2_DATA_DIR. --user-persona does nothing "
    "in text runs. An entry with another user simulator counts as custom on the leaderboard.",
    write=write,
)
