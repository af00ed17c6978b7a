import math
import multiprocessing
import os
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.errors import BudgetSpent, StoreError
from persona_extract.llm.ledger import Ledger, totals
from persona_extract.records.calls import Usage

SPAWN = multiprocessing.get_context("spawn")
COSTS = st.floats(min_value=0, max_value=1, allow_nan=False)


def pay(ledger: Ledger, most: float, paid: float | None = None, outcome: str = "answered") -> None:
    ticket = ledger.reserve("read", "m", most)
    ledger.settle(ticket, "p", Usage(10, 5), most if paid is None else paid, outcome)


def test_what_was_paid_is_told_by_stage_model_and_prompt(tmp_path: Path):
    path = tmp_path / "new" / "ledger.sqlite"
    ledger = Ledger(path, "r1", None)
    ledger.settle(ledger.reserve("read", "m", 0.5), "read.v1@a", Usage(100, 10), 0.25, "answered")
    ledger.settle(
        ledger.reserve("read", "m", 0.5), "read.v1@a", Usage(50, 0, estimated=True), 0.1, "cut off"
    )
    ledger.settle(ledger.reserve("label", "m", 0.5), "label.v1@b", Usage(7, 7), 0.0, "answered")
    ledger.free("read", "m", "read.v1@a", Usage(30, 3))
    ledger.free("read", "m", "read.v1@a", Usage(40, 4))
    ledger.reserve("read", "n", 0.125)
    label, read, open_call = totals(path, "r1")
    assert (label.stage, label.calls, label.cost, label.failed) == ("label", 1, 0.0, 0)
    assert (read.prompt, read.calls, read.failed, read.from_cache) == ("read.v1@a", 2, 1, 2)
    assert (read.prompt_tokens, read.completion_tokens, read.estimated) == (150, 10, 1)
    assert (read.saved_prompt_tokens, read.saved_completion_tokens) == (70, 7)
    assert (read.cost, read.under_way, read.reserved) == (0.35, 0, 0.0)
    assert (open_call.model, open_call.prompt, open_call.calls) == ("n", "", 0)
    assert (open_call.under_way, open_call.reserved) == (1, 0.125)
    assert ledger.totals() == (label, read, open_call)


def test_an_unknown_price_makes_the_sum_unknown(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", None)
    pay(ledger, 0.5)
    ledger.settle(ledger.reserve("read", "m", None), "p", Usage(10, 5), None, "answered")
    (read,) = ledger.totals()
    assert (read.calls, read.cost, read.unknown_prices, read.prompt_tokens) == (2, None, 1, 20)


def test_only_the_budget_stops(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    limited = Ledger(path, "limited", 1.0)
    pay(limited, 0.75)
    pay(limited, 0.25)  # to the last cent
    with pytest.raises(BudgetSpent):
        limited.reserve("read", "m", 1e-9)
    limited.reserve("read", "m", 0.0)
    for budget in (None, math.inf):
        pay(Ledger(path, "unlimited", budget), 1e6)


def test_tenths_add_up_to_the_budget(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 0.3)
    for _ in range(3):
        pay(ledger, 0.1)  # as floats they are more than 0.3
    assert ledger.totals()[0].cost == 0.3


def test_the_message_says_how_to_go_on(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 2.0)
    pay(ledger, 1.0, 0.5)
    ledger.reserve("read", "m", 0.25)
    with pytest.raises(BudgetSpent) as refused:
        ledger.reserve("label", "big-model", 1.5)
    said = str(refused.value)
    for part in (
        *("budget of 2.00 USD", "0.50 USD spent", "0.25 USD set aside", "big-model"),
        *("may cost 1.50 USD", "--budget", "same command again", "kept"),
    ):
        assert part in said
    assert refused.value.exit_code == 3


def test_a_refused_call_leaves_nothing_behind(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 1.0)
    with pytest.raises(BudgetSpent):
        ledger.reserve("read", "m", 1.5)
    assert ledger.totals() == ()
    pay(ledger, 1.0)


def test_a_reservation_that_was_too_high_is_given_back(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 1.0)
    for _ in range(10):
        pay(ledger, 0.9, 0.01)
    assert ledger.totals()[0].cost == 0.1


def test_a_budget_needs_known_prices(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 1.0)
    with pytest.raises(BudgetSpent, match=r"local-one.*input_price and output_price.*0 if it"):
        ledger.reserve("read", "local-one", None)


def test_a_killed_run_does_not_stand_in_the_way_of_another(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    worker = SPAWN.Process(target=_reserve_and_die, args=(path,))
    worker.start()
    worker.join()
    assert worker.exitcode == 9
    with pytest.raises(BudgetSpent):  # it may have been paid
        Ledger(path, "killed", 1.0).reserve("read", "m", 0.5)
    pay(Ledger(path, "another", 1.0), 1.0)
    assert totals(path, "killed")[0].under_way == 1


def _reserve_and_die(path: Path) -> None:
    Ledger(path, "killed", 1.0).reserve("read", "m", 0.9)
    os._exit(9)


def test_a_ticket_is_settled_once_and_by_its_own_run(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path, "r", 1.0)
    ticket = ledger.reserve("read", "m", 0.5)
    with pytest.raises(ValueError, match="not open"):
        Ledger(path, "other", 1.0).settle(ticket, "p", Usage(), 0.5, "answered")
    ledger.settle(ticket, "p", Usage(), 0.5, "answered")
    with pytest.raises(ValueError, match="not open"):
        ledger.settle(ticket, "p", Usage(), 0.5, "answered")
    assert ledger.totals()[0].cost == 0.5


@pytest.mark.parametrize("cost", [math.nan, -0.1, math.inf])
def test_what_is_no_cost_is_refused(tmp_path: Path, cost: float):
    with pytest.raises(ValueError, match="no cost"):
        Ledger(tmp_path / "ledger.sqlite", "r", 1.0).reserve("read", "m", cost)


@settings(max_examples=20, deadline=None)
@given(
    budget=st.floats(min_value=0, max_value=4),
    calls=st.lists(st.tuples(COSTS, st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
    workers=st.integers(1, 6),
    own_ledgers=st.booleans(),
)
def test_threads_never_spend_more_than_the_budget(
    budget: float, calls: list[tuple[float, float, bool]], workers: int, own_ledgers: bool
):
    """A call costs a share of what was set aside; some stay under way for ever."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        shared = Ledger(path, "r", budget)
        paid: list[float] = []
        errors: list[Exception] = []

        def work(share: list[tuple[float, float, bool]]) -> None:
            ledger = Ledger(path, "r", budget) if own_ledgers else shared
            try:
                for most, part, settled in share:
                    try:
                        ticket = ledger.reserve("read", "m", most)
                    except BudgetSpent:
                        continue
                    paid.append(most * part if settled else most)
                    if settled:
                        ledger.settle(ticket, "p", Usage(1, 2), most * part, "answered")
                    found = totals(path, "r")
                    assert sum((each.cost or 0) + each.reserved for each in found) <= budget + 1e-9
            except (AssertionError, StoreError) as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(calls[i::workers],)) for i in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        found = totals(path, "r")
        settled_or_open = sum((each.cost or 0) + each.reserved for each in found)
        assert settled_or_open == pytest.approx(sum(paid), abs=1e-9)
        assert sum(each.calls + each.under_way for each in found) == len(paid)
        cheapest = min(most for most, _, _ in calls)
        assert len(paid) == len(calls) or settled_or_open + 1 > budget - 1e-9 or cheapest > budget


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(COSTS, st.sampled_from("ab"), st.sampled_from(["answered", "empty"]))))
def test_what_is_settled_adds_up_in_any_order(calls: list[tuple[float, str, str]]):
    with tempfile.TemporaryDirectory() as folder:
        sums: list[list[float | None]] = []
        for order in (calls, calls[::-1]):
            ledger = Ledger(Path(folder) / f"{len(sums)}.sqlite", "r", None)
            for cost, prompt, outcome in order:
                ledger.settle(ledger.reserve("read", "m", cost), prompt, Usage(3, 4), cost, outcome)
            found = ledger.totals()
            assert sum(each.calls for each in found) == len(calls)
            assert sum(each.failed for each in found) == sum(o == "empty" for _, _, o in calls)
            assert sum(each.prompt_tokens for each in found) == 3 * len(calls)
            for each in found:
                exact = math.fsum(cost for cost, prompt, _ in calls if prompt == each.prompt)
                assert each.cost == pytest.approx(exact, abs=1e-9)
            sums.append([each.cost for each in found])
        assert sums[0] == sums[1]  # to the last bit


def test_processes_of_a_run_share_its_budget(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    workers = [SPAWN.Process(target=_spend, args=(path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    (found,) = totals(path, "r")
    assert (found.cost, found.calls, found.reserved) == (1.0, 100, 0.0)


def _spend(path: Path) -> None:
    ledger = Ledger(path, "r", 1.0)
    for _ in range(80):  # 3 * 80 want 0.01 each
        try:
            pay(ledger, 0.01)
        except BudgetSpent:
            return


def test_a_foreign_file_is_a_store_error(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    path.write_text("this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(StoreError, match="delete it"):
        Ledger(path, "r", None).reserve("read", "m", 0.0)
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE mine (a)")
    with pytest.raises(StoreError, match="not a ledger"):
        totals(tmp_path / "other.sqlite", "r")


def test_a_run_that_asked_nothing_spent_nothing(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite", "r", 1.0)
    assert ledger.totals() == ()
    with pytest.raises(StoreError, match="does not exist"):
        totals(tmp_path / "none.sqlite", "r")
