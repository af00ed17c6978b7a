"""Made-up transcripts for the User-Sim Index."""

from __future__ import annotations

import numpy as np
import polars as pl

from persona_extract.records.tables import TRANSCRIPTS

BLUNT = ("change my seat", "no", "ok", "why not", "i want the cheaper one", "wrong flight")
POLITE = (
    "Could you please help me with my booking for tomorrow?",
    "Thank you so much, that would be lovely.",
    "I am not sure, maybe the later flight?",
    "Would you mind checking the price as well, please?",
)
Survey = dict[str, str]


def talks(
    n: int,
    sayings: tuple[str, ...] = BLUNT,
    *,
    seed: int = 0,
    human: bool = False,
    users: int | None = None,
    tasks: bool = False,
    batch: str | None = None,
    reward: float | None = None,
    survey: Survey | None = None,
    mixed: tuple[str, ...] = (),
) -> pl.DataFrame:
    """n conversations of 2 to 7 user turns, drawn from sayings (half of them from `mixed`)."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for i in range(n):
        pool = mixed if mixed and i % 2 else sayings
        said = [pool[int(k)] for k in rng.integers(len(pool), size=rng.integers(2, 8))]
        messages = [
            {"role": role, "content": text}
            for turn in said
            for role, text in (("user", turn), ("assistant", "Done."))
        ]
        rows.append(
            {
                "conversation_id": f"{batch or 'c'}-{seed}-{i}",
                "task_id": f"airline_{i}" if tasks else None,
                "trial": None,
                "batch": batch,
                "user_id": f"u{i % users}" if users else None,
                "human": human,
                "reward": reward,
                "survey": [{"field": k, "answer": v} for k, v in survey.items()]
                if survey
                else None,
                "messages": messages,
            }
        )
    return pl.DataFrame(rows, schema=TRANSCRIPTS)
