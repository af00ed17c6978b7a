"""What leaves the workspace tells nothing of who wrote what: no id, no address, no text.

The corpus is written here, with ids and personal data of its own, and with texts made of words
that occur nowhere else, so that whatever of it is found was copied.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from persona_extract.pipeline.job import Job
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import InProcess, Silent
from persona_extract.records.settings import Settings
from persona_extract.store.workspace import open_workspace
from tests.unit.pipeline import runs

USERS, EACH, TURNS = 8, 3, 4
OFTEN = "can you please make it a bit shorter now"
"""Nine words that everybody writes: shown as a kind of follow-up, and nobody's in particular."""

SETTINGS = Settings.model_validate(
    {
        **runs.SETTINGS.model_dump(),
        "curate": {"languages": None, "drop_redacted": False},
        "simulate": {"cases": 4},
    }
)


def word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list("bdfgklmnprstv")) + rng.choice(list("aeiou")) for _ in range(4))


def personal(user: int) -> dict[str, str]:
    return {
        "e-mail": f"petra.holm{user}@mailbox-{user}.example.org",
        "phone": f"+49 30 9018 {4000 + 37 * user}",
        "card": "4111 1111 1111 1111",
        "address": f"192.168.{user + 10}.{user + 77}",
        "profile": f"https://github.com/petraholm{user}",
        "name": f"Petronella Holmqvist{user}",
        "id": f"petra-holm-{user}",
        "hash": f"{0xABCDEF0123456789 + user:032x}",
    }


def said(user: int, conversation: int, turn: int, rng: np.random.Generator) -> str:
    who = personal(user)
    own = " ".join(word(rng) for _ in range(9))
    if turn == 1:
        return OFTEN
    if turn == 2:
        return f"{own} write to {who['e-mail']} or {who['phone']} {who['name']}"
    return f"{own} {who['card']} from {who['address']} at {who['profile']} signed {who['id']}"


@pytest.fixture(scope="module")
def records() -> list[dict[str, object]]:
    rng = np.random.default_rng(7)
    found: list[dict[str, object]] = []
    for user, conversation in itertools.product(range(USERS), range(EACH)):
        messages: list[dict[str, object]] = []
        for turn in range(TURNS):
            text = said(user, conversation, turn, rng)
            ip = personal(user)["hash"]
            messages.append({"role": "user", "content": text, "hashed_ip": ip})
            answer = " ".join(word(rng) for _ in range(12))
            messages.append({"role": "assistant", "content": answer})
        found.append(
            {
                "conversation_hash": f"secret-conversation-{user}-{conversation}",
                "hashed_ip": personal(user)["id"] if user % 2 else personal(user)["hash"],
                "model": "gpt-4o",
                "language": "English",
                "conversation": messages,
            }
        )
    return found


@pytest.fixture(scope="module")
def job(records: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("privacy")
    source = folder / "chats.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records))
    job = Job(open_workspace(folder / "w"), str(source), SETTINGS)
    run(job, InProcess(Silent()), Silent())
    return job


@pytest.fixture(scope="module")
def published(job: Job) -> dict[str, str]:
    """Everything that is not a table of the workspace, by name: what people pass on."""
    root = job.workspace.root
    files = [
        *job.pack.iterdir(),
        job.report,
        root / "report.json",
        job.folder("report") / "summary.md",
        root / "manifest.json",
        root / "workspace.json",
        *(root / folder / "stage.json" for folder in sorted(p.name for p in root.glob("??_*"))),
    ]
    found = {str(path.relative_to(root)): path.read_text() for path in files}
    assert len(found) >= 20
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs_of(text: str, n: int) -> set[str]:
    all_words = words(text)
    return {" ".join(all_words[i : i + n]) for i in range(len(all_words) - n + 1)}


def user_turns(records: list[dict[str, object]]) -> list[str]:
    turns: list[str] = []
    for record in records:
        messages = record["conversation"]
        assert isinstance(messages, list)
        turns += [m["content"] for m in messages if m["role"] == "user"]
    return turns


def test_the_corpus_was_kept_and_reported_on(job: Job, published: dict[str, str]) -> None:
    found = json.loads(published["report.json"])
    assert (found["n_kept"], found["n_users"], found["made_up"]) == (USERS * EACH, USERS, False)
    kinds = {mark["kind"]: mark["n"] for mark in found["masked"]}
    assert all(kinds[kind] for kind in ("EMAIL", "PHONE", "CARD", "IP", "URL"))


def test_no_id_and_no_personal_data(published: dict[str, str]) -> None:
    wanted = {value for user in range(USERS) for value in personal(user).values()}
    wanted |= {f"secret-conversation-{u}-{c}" for u in range(USERS) for c in range(EACH)}
    wanted |= {"petra", "holmqvist", "secret-conversation", "abcdef0123456", "mailbox-"}
    for name, text in published.items():
        lower = text.lower()
        assert not [value for value in wanted if value.lower() in lower], name
        if name != "report.html":  # the drawing library in it has an @ of its own
            assert not re.search(r"[\w.+-]+@[\w-]+\.\w{2,}", text), name


def test_no_run_of_five_words_of_anybody(
    published: dict[str, str], records: list[dict[str, object]]
) -> None:
    turns = [turn for turn in user_turns(records) if turn != OFTEN]
    theirs = set[str]().union(*(runs_of(turn, 5) for turn in turns))
    assert len(theirs) > 800
    for name, text in published.items():
        assert not theirs & runs_of(text, 5), name


def test_not_even_a_word_that_one_person_uses(
    published: dict[str, str], records: list[dict[str, object]]
) -> None:
    """Key phrases name kinds of follow-ups: they must be everybody's words, not somebody's."""
    own = {w for turn in user_turns(records) for w in words(turn) if re.fullmatch("[a-z]{8}", w)}
    own -= {"shorter", "mailbox"}
    assert len(own) > 400
    for name, text in published.items():
        assert not own & set(words(text)), name


def test_no_answer_of_the_assistant(
    published: dict[str, str], records: list[dict[str, object]]
) -> None:
    answers = [
        message["content"]
        for record in records
        for message in record["conversation"]  # type: ignore[attr-defined]
        if message["role"] == "assistant"
    ]
    theirs = set[str]().union(*(runs_of(answer, 3) for answer in answers))
    for name, text in published.items():
        assert not theirs & runs_of(text, 3), name


def test_the_workspace_holds_no_raw_id_either(job: Job) -> None:
    """Tables keep masked text; ids are keyed hashes from the first stage on."""
    wanted = [personal(user)[kind].encode() for user in range(USERS) for kind in ("hash", "e-mail")]
    for path in job.workspace.root.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            content = path.read_bytes()
            assert not [value for value in wanted if value in content], path


def test_quotes_are_shown_masked_where_they_are_asked_for(
    job: Job, records: list[dict[str, object]], tmp_path: Path
) -> None:
    """The control of the tests above: they would find a quote."""
    shutil.copytree(job.workspace.root, tmp_path / "w")
    settings = Settings.model_validate({**SETTINGS.model_dump(), "report": {"examples": True}})
    asked = Job(open_workspace(tmp_path / "w"), job.spec, settings)
    run(asked, InProcess(Silent()), Silent())
    page = asked.report.read_text()
    theirs = set[str]().union(*(runs_of(turn, 5) for turn in user_turns(records)))
    assert len(theirs & runs_of(page, 5)) > 5
    assert "mailbox-" not in page and "9018" not in re.sub(r"[0-9a-f]{12,}", "", page)


def test_other_salts_give_other_keys(job: Job, tmp_path: Path) -> None:
    other = Job(open_workspace(tmp_path / "w"), job.spec, SETTINGS)
    run(other, InProcess(Silent()), Silent(), "pack")
    keys = [
        {json.loads(line)["source"]["user_key"] for line in (one.pack / "profiles.jsonl").open()}
        for one in (job, other)
    ]
    assert len(keys[0]) == len(keys[1]) == USERS
    assert not keys[0] & keys[1]
