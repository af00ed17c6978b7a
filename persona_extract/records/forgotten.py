"""Who is to be left out for good, and the proof that nothing of them is left."""

from __future__ import annotations

from typing import Literal

from persona_extract.records.fields import Key, Record

TraceKind = Literal["keys", "quote keys", "text runs"]


class Forgotten(Record):
    """`forgotten.json` of a workspace: salted keys, sorted. They lead nowhere without the salt; a
    later `run` needs them to leave the same conversations out again."""

    users: list[Key] = []
    conversations: list[Key] = []

    def joined(self, other: Forgotten) -> Forgotten:
        """Both together."""
        return Forgotten(
            users=sorted({*self.users, *other.users}),
            conversations=sorted({*self.conversations, *other.conversations}),
        )

    def covers(self, other: Forgotten) -> bool:
        """Whether all of the other's keys are among these."""
        return self.joined(other) == self


class Trace(Record):
    """What was looked for of one kind. A place is one thing found in one file, however often.

    Attributes:
        n: distinct things looked for: user and conversation keys; keyed hashes of quotes; runs of
            five words that nobody else wrote.
        before: places before anything was removed.
        after: places that are left; as `before` in a dry run.
    """

    kind: TraceKind
    n: int
    before: int
    after: int


class PackForgotten(Record):
    """What left a pack.

    Attributes:
        profiles: of the person or persons.
        left: profiles that stay; 0 if the whole folder was removed.
        moves, traits, archetypes: ids that fewer than `k_users` profiles show now.
    """

    pack: str
    profiles: int
    left: int
    moves: list[str] = []
    traits: list[str] = []
    archetypes: list[str] = []


class Proof(Record):
    """What `pack forget --json` prints. Holds no text, and no key.

    Attributes:
        proven: nothing is left but the keys in forgotten.json; False in a dry run.
        asked_users, asked_conversations: keys asked for, of each kind.
        conversations: taken out of the conversations that the workspace keeps.
        answers: of models, taken out of the cache.
        removed: files and folders of the workspace that a next run makes anew.
        left_in: files in which something was found, if any.
        notes: what could not be decided, and what to do next.
    """

    dry_run: bool
    proven: bool
    asked_users: int
    asked_conversations: int
    conversations: int
    answers: int
    packs: list[PackForgotten]
    removed: list[str]
    files_scanned: int
    traces: list[Trace]
    left_in: list[str]
    notes: list[str]
