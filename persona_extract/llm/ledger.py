"""What a run spends, over all roles, stages and processes; and the budget that it never exceeds.

One sqlite file; every sum belongs to a run. Money is counted in whole pico-dollars, so that sums
are exact and do not depend on the order in which calls end.
"""

from __future__ import annotations

import math
from pathlib import Path

from persona_extract.errors import BudgetSpent
from persona_extract.llm._database import Database, Kind
from persona_extract.llm.protocol import Account
from persona_extract.records.calls import Usage
from persona_extract.records.spent import Spent

NOT_SENT = "not sent"
"""Outcome of a request that was set aside and never made: it leaves no trace."""

_PICO = 10**12
_KIND = Kind(
    name="ledger",
    mark=0x70784C44,
    schema=(
        """CREATE TABLE runs (
            run TEXT PRIMARY KEY, spent INTEGER NOT NULL, reserved INTEGER NOT NULL)""",
        """CREATE TABLE calls (
            ticket INTEGER PRIMARY KEY, run TEXT NOT NULL, stage TEXT NOT NULL,
            model TEXT NOT NULL, prompt TEXT, reserved INTEGER, prompt_tokens INTEGER,
            completion_tokens INTEGER, estimated INTEGER, cost INTEGER, outcome TEXT)""",
        "CREATE INDEX by_run ON calls (run, stage, model, prompt)",
        """CREATE TABLE kept (
            run TEXT, stage TEXT, model TEXT, prompt TEXT, calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
            PRIMARY KEY (run, stage, model, prompt)) WITHOUT ROWID""",
    ),
    loss="what earlier runs spent is forgotten, and nothing else",
)
_TOTALS = """
    WITH all_calls AS (
        SELECT stage, model, coalesce(prompt, '') AS prompt,
            count(outcome) AS calls, 0 AS kept, total(outcome <> 'answered') AS failed,
            count(*) - count(outcome) AS under_way, total(prompt_tokens) AS asked,
            total(completion_tokens) AS answered, total(estimated) AS estimated,
            coalesce(sum(cost), 0) AS cost, count(outcome) - count(cost) AS unknown,
            coalesce(sum(CASE WHEN outcome IS NULL THEN reserved END), 0) AS reserved,
            0 AS saved_asked, 0 AS saved_answered
        FROM calls WHERE :run IS NULL OR run = :run GROUP BY stage, model, coalesce(prompt, '')
        UNION ALL
        SELECT stage, model, prompt, 0, calls, 0, 0, 0, 0, 0, 0, 0, 0,
            prompt_tokens, completion_tokens
        FROM kept WHERE :run IS NULL OR run = :run)
    SELECT stage, model, prompt, sum(calls), sum(kept), sum(failed), sum(under_way), sum(asked),
        sum(answered), sum(estimated), sum(cost), sum(unknown), sum(reserved), sum(saved_asked),
        sum(saved_answered)
    FROM all_calls GROUP BY stage, model, prompt ORDER BY stage, model, prompt"""


class Ledger(Account):
    """The account of one run; threads and processes that name the same run share its budget.

    A call that is never settled, because its process was killed, stays set aside in its run, for it
    may have been paid; another run does not know of it.

    Raises:
        StoreError: from every method, where the file is damaged, foreign or not writable.
    """

    def __init__(self, path: Path, run: str, budget: float | None) -> None:
        """The account.

        Args:
            path: the file; made where there is none.
            run: what the sums are kept under; another one begins at nothing.
            budget: USD, None or infinite for no limit.
        """
        self.path = path
        self.run = run
        self.budget = budget
        limited = budget is not None and not math.isinf(budget)
        self._budget = math.floor(budget * _PICO) if budget is not None and limited else None
        self._database = Database(path, _KIND)

    def reserve(self, stage: str, model: str, cost: float | None) -> int:
        """Sets aside what a call may cost at the most; returns a ticket.

        Raises:
            BudgetSpent: what was spent, what is reserved and this would exceed the budget; or a
                budget is set and the price is unknown.
        """
        if cost is None and self._budget is not None:
            raise BudgetSpent(self._price_unknown(stage, model))
        amount = None if cost is None else _amount(cost, up=True)
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO runs VALUES (?, 0, 0)", (self.run,))
            spent, reserved = connection.execute(
                "SELECT spent, reserved FROM runs WHERE run = ?", (self.run,)
            ).fetchone()
            if self._budget is not None and spent + reserved + (amount or 0) > self._budget:
                raise BudgetSpent(self._spent_up(spent, reserved, amount or 0, model))
            connection.execute(
                "UPDATE runs SET reserved = reserved + ? WHERE run = ?", (amount or 0, self.run)
            )
            made = connection.execute(
                "INSERT INTO calls (run, stage, model, reserved) VALUES (?, ?, ?, ?)",
                (self.run, stage, model, amount),
            )
            return made.lastrowid or 0

    def settle(
        self, ticket: int, prompt: str, usage: Usage, cost: float | None, outcome: str
    ) -> None:
        """Replaces a reservation by what was paid; `outcome` is "answered", a failure reason, or
        `NOT_SENT`.

        Raises:
            ValueError: the ticket is not of this run, or was settled before.
        """
        amount = None if cost is None else _amount(cost)
        with self._database.writing() as connection:
            settled = connection.execute(
                "UPDATE calls SET prompt = ?, prompt_tokens = ?, completion_tokens = ?,"
                " estimated = ?, cost = ?, outcome = ?"
                " WHERE ticket = ? AND run = ? AND outcome IS NULL RETURNING reserved",
                (
                    *(prompt, usage.prompt_tokens, usage.completion_tokens, usage.estimated),
                    *(amount, outcome, ticket, self.run),
                ),
            ).fetchall()
            if not settled:
                raise ValueError(f"ticket {ticket} is not open in run {self.run!r}")
            connection.execute(
                "UPDATE runs SET spent = spent + ?, reserved = reserved - ? WHERE run = ?",
                (amount or 0, settled[0][0] or 0, self.run),
            )
            if outcome == NOT_SENT:
                connection.execute("DELETE FROM calls WHERE ticket = ?", (ticket,))

    def free(self, stage: str, model: str, prompt: str, saved: Usage) -> None:
        """Notes an answer that came from the cache."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO kept VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET"
                " calls = calls + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens,"
                " completion_tokens = completion_tokens + excluded.completion_tokens",
                (self.run, stage, model, prompt, saved.prompt_tokens, saved.completion_tokens),
            )

    def totals(self) -> tuple[Spent, ...]:
        """What this run spent so far, by stage, model and prompt."""
        return _totals(self._database, self.run)

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        self._database.close()

    def _spent_up(self, spent: int, reserved: int, amount: int, model: str) -> str:
        return (
            f"The budget of {_dollars(self._budget or 0)} does not suffice for the next call: "
            f"{_dollars(spent)} spent, {_dollars(reserved)} set aside for calls under way, and one "
            f"more of {model} may cost {_dollars(amount)}. To go on, raise --budget and run the "
            "same command again: answers that are kept cost nothing"
        )

    def _price_unknown(self, stage: str, model: str) -> str:
        return (
            f"The price of {model} (stage {stage}) is unknown, so the budget of "
            f"{_dollars(self._budget or 0)} cannot be kept. Set input_price and output_price, in "
            "USD per million tokens, in the section [models.<role>] that names this model: 0 if it "
            "is free, as on your own machine. Or leave --budget out"
        )


def totals(path: Path, run: str | None = None) -> tuple[Spent, ...]:
    """What a run spent, or None: all runs, by stage, model and prompt; nothing where nothing was
    asked.

    Raises:
        StoreError: there is no such file, or it is not a ledger.
    """
    database = Database(path, _KIND, create=False)
    try:
        return _totals(database, run)
    finally:
        database.close()


def _totals(database: Database, run: str | None) -> tuple[Spent, ...]:
    with database.reading() as connection:
        rows = connection.execute(_TOTALS, {"run": run}).fetchall()
    return tuple(_spent(*row) for row in rows)


def _spent(stage: str, model: str, prompt: str, *sums: float) -> Spent:
    calls, kept, failed, under_way, asked, answered, estimated, cost, unknown, *rest = sums
    reserved, saved_asked, saved_answered = rest
    return Spent(
        stage=stage,
        model=model,
        prompt=prompt,
        calls=int(calls),
        from_cache=int(kept),
        failed=int(failed),
        under_way=int(under_way),
        prompt_tokens=int(asked),
        completion_tokens=int(answered),
        estimated=int(estimated),
        cost=None if unknown else cost / _PICO,
        unknown_prices=int(unknown),
        reserved=reserved / _PICO,
        saved_prompt_tokens=int(saved_asked),
        saved_completion_tokens=int(saved_answered),
    )


def _amount(cost: float, *, up: bool = False) -> int:
    """Pico-dollars; what is set aside is rounded up."""
    if not 0 <= cost < math.inf:
        raise ValueError(f"{cost} is no cost in USD")
    return math.ceil(cost * _PICO) if up else round(cost * _PICO)


def _dollars(amount: int) -> str:
    """E.g. "1.25 USD"; two digits that say something where it is less than a cent."""
    value = amount / _PICO
    return f"{value:,.2f} USD" if value >= 0.1 or not amount else f"{value:.2g} USD"
