"""Synthetic results for looking at the report: every number and every text here is invented."""

from __future__ import annotations

import numpy as np

from persona_extract.records.catalogue import Label
from persona_extract.records.results import (
    ArmContrast,
    ArmResult,
    ClusterResult,
    Counted,
    DimensionResult,
    DropCount,
    IdentityResult,
    IdentityScore,
    Interval,
    MovePoint,
    MoveResult,
    Results,
    StageResult,
    Stratum,
    UserResult,
)
from persona_extract.records.settings import Settings
from tests.unit.report.groups import with_groups, without_groups

SHARES = {
    "capitalization": ["lower_case_start", "all_capitals_word", "lower_case_i", "title_case_turn"],
    "punctuation": [
        "closing_mark",
        "question_mark",
        "exclamation_mark",
        "ellipsis",
        "comma_share",
        "dash_share",
        "repeated_marks",
    ],
    "formality": ["polite_turn", "contraction", "slang_word", "imperative_opening", "greeting"],
    "hesitation": ["filler_word", "hedge", "self_correction", "maybe_share"],
    "repetition": ["repeats_own_request", "pastes_again", "same_opening"],
    "requests_for_alternatives": ["asks_for_another", "asks_for_options", "asks_to_undo"],
    "multi_turn": ["refers_back", "thanks_turn", "corrects_the_assistant", "short_follow_up"],
    "wording": ["first_person", "second_person", "emoji_turn", "abbreviation", "number_share"],
}
COUNTS = {
    "length": ["words_per_turn", "characters_per_turn", "opening_words", "longest_turn_words"],
    "multi_turn": ["turns_per_conversation", "follow_up_words"],
    "wording": ["characters_per_word", "distinct_words_per_100"],
}
MOVES = [
    ("asks for a shorter version", ["make it shorter", "too long", "cut this down"]),
    ("asks for another one", ["another one", "give me a different", "try again"]),
    ("reports that it fails", ["still fails", "same error", "does not work"]),
    ("asks why", ["why is that", "how come", "explain why"]),
    ("adds a constraint", ["but it has to", "also it must", "without using"]),
    ("says thanks", ["thanks a lot", "perfect thanks", "great"]),
    ("asks to go on", ["continue", "go on", "next part"]),
    ("corrects a fact", ["no i meant", "that is wrong", "actually it is"]),
    ("asks for code", ["show me the code", "as a function", "in python"]),
]
ARMS = {"plain": (1.05, 0.5, 0.62), "grounded": (0.71, 0.66, 0.08), "shuffled": (0.93, 0.51, 0.1)}


def sample_results(n_users: int = 120, seed: int = 7) -> Results:
    """Made-up results of a made-up run with so many users."""
    rng = np.random.default_rng(seed)
    users = [_user(rng, i) for i in range(n_users)]
    conversations = sum(user.n_conversations for user in users)
    bare = Results(
        title="persona_extract: synthetic sample",
        made_up=True,
        code="0.1.0",
        source="demo",
        corpora=["demo"],
        revisions=["synthetic-1"],
        licences=["Apache-2.0"],
        settings=Settings(),
        stages=[
            StageResult(stage="pull", digest="9f2c4e1a77b0c3d5", counts={"conversations": 412}),
            StageResult(stage="curate", digest="1b7de90c55aa0123", counts={"kept": 380}),
            StageResult(
                stage="measure", digest="c0ffee00deadbeef", counts={"turns": 2100, "readings": 9000}
            ),
        ],
        n_conversations=conversations + 140,
        n_kept=conversations,
        n_turns=sum(user.n_turns for user in users),
        n_users=n_users,
        n_profiles=n_users,
        n_directives=n_users * 9,
        n_directives_withheld=0,
        skipped=[Counted(kind="line is not JSON", n=2), Counted(kind="no user turn", n=1)],
        dropped=_dropped(),
        repairs=[
            Counted(kind="greeting or thanks trimmed", n=61),
            Counted(kind="two turns of one role joined", n=5),
        ],
        masked=[Counted(kind="e-mail address", n=14), Counted(kind="phone number", n=3)],
        dimensions=_dimensions(rng, n_users),
        users=users,
        clusters=_clusters(rng, n_users),
        identity=_identity(n_users, conversations),
        identity_note="Each conversation was held out in turn and never entered its own profile.",
        strata=[
            _stratum(rng, "several conversations", 160, max(1, n_users - 20)),
            _stratum(rng, "one conversation", 20, 20),
        ],
        arms_note="Played by the agenda simulator, which needs no model.",
    )
    return with_groups(bare)


def empty_results() -> Results:
    """A run in which nothing was left: no users, clusters, identity or arms."""
    return without_groups(sample_results(1)).model_copy(
        update={
            "n_kept": 0,
            "n_turns": 0,
            "n_users": 0,
            "n_profiles": 0,
            "n_directives": 0,
            "n_conversations": 0,
            "made_up": False,
            "stages": [],
            "corpora": [],
            "revisions": [],
            "licences": [],
            "skipped": [],
            "dropped": [],
            "repairs": [],
            "masked": [],
            "dimensions": [],
            "users": [],
            "clusters": ClusterResult(
                encoder="lsa",
                encoder_line="lsa, because no model is on this disk",
                criterion_name="bits told",
                criterion=[],
                chosen=None,
                silhouette=None,
                stability=None,
                n_texts=0,
                n_follow_ups=0,
                longest=25,
                moves=[],
                points=[],
            ),
            "identity": None,
            "identity_note": "Fewer than two users have two conversations.",
            "strata": [],
            "arms_note": "No case could be played.",
        }
    )


def hostile_results(text: str) -> Results:
    """Results in which every text of a stranger is `text`."""
    calm = sample_results(6)
    moves = [
        move.model_copy(update={"label": text, "phrases": [text], "exemplars": [text]})
        for move in calm.clusters.moves
    ]
    points = [point.model_copy(update={"text": text}) for point in calm.clusters.points]
    stratum = calm.strata[0]
    arms = [arm.model_copy(update={"arm": text}) for arm in stratum.arms[:1]]
    label = Label(name=text, directive=text, condition=text, check=text, made_by=text)
    archetypes = [
        one.model_copy(
            update={
                "label": label,
                "marks": [one.marks[0].model_copy(update={"name": text}), *one.marks[1:]],
            }
        )
        for one in calm.archetypes.archetypes
    ]
    marks = [mark.model_copy(update={"label": text}) for mark in calm.archetypes.marks]
    traits = [
        trait.model_copy(update={"label": label, "phrases": [text], "group": text})
        for trait in calm.traits
    ]
    assert calm.reading and calm.planted
    return calm.model_copy(
        update={
            "archetypes": calm.archetypes.model_copy(
                update={
                    "archetypes": archetypes,
                    "marks": marks,
                    "line": text,
                    "criterion_name": text,
                }
            ),
            "traits": traits,
            "changes": [calm.changes[0].model_copy(update={"before": [text], "after": [text]})],
            "accuracy": [one.model_copy(update={"judge": text}) for one in calm.accuracy],
            "reading": calm.reading.model_copy(update={"model": text}),
            "spent": [one.model_copy(update={"stage": text, "model": text}) for one in calm.spent],
            "planted": calm.planted.model_copy(update={"missed": [text], "spurious": [text]}),
            "title": text,
            "source": text,
            "corpora": [text],
            "licences": [text],
            "skipped": [Counted(kind=text, n=1)],
            "dropped": [DropCount(reason=text, meaning=text, n=3)],
            "dimensions": [
                d.model_copy(
                    update={"name": text + d.name, "group": text, "definition": text, "unit": text}
                )
                for d in calm.dimensions[:2]
            ],
            "users": [
                u.model_copy(update={"user_key": text, "directives": [text]}) for u in calm.users
            ],
            "clusters": calm.clusters.model_copy(update={"moves": moves, "points": points}),
            "identity_note": text,
            "arms_note": text,
            "strata": [stratum.model_copy(update={"arms": arms + stratum.arms[1:]})],
            "stages": [StageResult(stage=text, digest=text, counts={text: 1})],
        }
    )


def _user(rng: np.random.Generator, i: int) -> UserResult:
    key = f"{rng.integers(0, 2**62):016x}"
    conversations = int(rng.integers(1, 7))
    directives = [
        "Start turns in lower case (in 92 % of turns).",
        "Leave out the closing mark at the end of a turn.",
        "Keep follow-ups to about 6 words.",
        "Ask for another version when an answer is not liked, in few words and without giving any "
        "reason for it.",
    ]
    return UserResult(
        user_key=key,
        profile=f"p_{key}",
        n_conversations=conversations,
        n_turns=conversations * int(rng.integers(3, 9)),
        directives=[directives[(i + j) % 4] for j in range(int(rng.integers(0, 4)))],
    )


def _dropped() -> list[DropCount]:
    rows = [
        ("language", "Not in a language that was asked for.", 71),
        ("too few turns", "Fewer than 3 user turns are left after greetings and thanks.", 38),
        ("near duplicate", "Nearly the same user text as a conversation kept before it.", 17),
        ("toxic", "Flagged as toxic by the corpus.", 9),
        ("redacted", "Redacted by the corpus.", 4),
        ("too long", "More user text than the length bound.", 1),
    ]
    return [DropCount(reason=reason, meaning=meaning, n=n) for reason, meaning, n in rows]


def _dimensions(rng: np.random.Generator, n_users: int) -> list[DimensionResult]:
    made: list[DimensionResult] = []
    for group, names in SHARES.items():
        for i, name in enumerate(names):
            values = rng.beta(0.4 + 0.5 * i, 1.6 + i % 3, n_users)
            values = np.where(rng.random(n_users) < 0.15 * (i % 4), 0.0, values)
            made.append(_dimension(name, group, "share of turns", values))
    for group, names in COUNTS.items():
        for i, name in enumerate(names):
            unit = "characters" if "characters" in name else "words"
            values = rng.lognormal(1.5 + 0.8 * (i % 3), 0.3 + 0.5 * (i % 2), n_users)
            made.append(_dimension(name, group, unit, values))
    made.append(_dimension("sentiment", "wording", "score", rng.normal(0.1, 0.4, n_users)))
    return made


def _dimension(name: str, group: str, unit: str, values: np.ndarray) -> DimensionResult:
    q25, median, q75 = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
    return DimensionResult(
        name=name,
        group=group,
        definition=f"How much of “{name.replace('_', ' ')}” is in the turns of a user (invented).",
        unit=unit,
        median=median,
        q25=q25,
        q75=q75,
        mean=float(values.mean()),
        values=[float(v) for v in values],
        users=list(range(len(values))),
    )


def _clusters(rng: np.random.Generator, n_users: int) -> ClusterResult:
    sizes = rng.dirichlet(np.full(len(MOVES), 3.0))
    moves = [
        MoveResult(
            id=f"m{i + 1:02d}",
            label=label,
            phrases=phrases,
            n_turns=int(900 * size),
            n_users=max(1, int(n_users * (0.2 + size))),
            share=int(900 * size) / 1200,
            exemplars=[f"{phrases[0]} please", phrases[1]],
            exemplar_note="made-up corpus",
        )
        for i, ((label, phrases), size) in enumerate(zip(MOVES, sizes, strict=True))
    ]
    centres = rng.normal(0, 3, (len(MOVES), 2))
    which = rng.choice(len(MOVES), 600, p=sizes)
    spots = centres[which] + rng.normal(0, 0.7, (600, 2))
    return ClusterResult(
        encoder="lsa",
        encoder_line="lsa (TF-IDF and truncated SVD), because no sentence model is on this disk",
        criterion_name="bits told",
        criterion=[(k, float(0.9 - 0.006 * (k - len(MOVES) - 2) ** 2)) for k in range(4, 17)],
        chosen=len(MOVES),
        silhouette=0.21,
        stability=0.61,
        n_texts=700,
        n_follow_ups=1200,
        longest=25,
        moves=moves,
        points=[
            MovePoint(
                x=float(x), y=float(y), move=f"m{k + 1:02d}", text=str(rng.choice(MOVES[k][1]))
            )
            for (x, y), k in zip(spots, which, strict=True)
        ],
    )


def _identity(n_users: int, n_conversations: int) -> IdentityResult:
    def score(auc: float, half: float, top1: float) -> IdentityScore:
        return IdentityScore(auc=auc, auc_low=auc - half, auc_high=auc + half, top1=top1)

    return IdentityResult(
        **score(0.803, 0.031, 0.17).model_dump(),
        n_users=n_users,
        n_conversations=n_conversations,
        baselines={
            "char": score(0.646, 0.034, 0.08),
            "word": score(0.655, 0.036, 0.09),
            "chance": score(0.5, 0.0, 1 / n_users),
        },
    )


def _stratum(rng: np.random.Generator, name: str, n_cases: int, n_users: int) -> Stratum:
    half = 1.2 / n_cases**0.5

    def interval(value: float) -> Interval:
        return Interval(value=value, low=value - half, high=value + half)

    names = [name for group in SHARES.values() for name in group]
    return Stratum.model_validate(
        {
            "name": name,
            "protocol": "Profile compiled without the conversation under test."
            if name == "several conversations"
            else "Profile compiled from the first half of the only conversation.",
            "n_cases": n_cases,
            "n_users": n_users,
            "arms": [
                ArmResult(
                    arm=arm, distance=interval(d), attribution=interval(a), formal=interval(f)
                )
                for arm, (d, a, f) in ARMS.items()
            ],
            "contrasts": [
                ArmContrast(
                    arm="grounded",
                    against="plain",
                    distance=interval(-0.34),
                    attribution=interval(0.2),
                ),
                ArmContrast(
                    arm="grounded",
                    against="shuffled",
                    distance=interval(-0.22),
                    attribution=interval(0.1),
                ),
            ],
            "by_dimension": {
                arm: {name: float(abs(rng.normal(d, 0.25))) for name in names}
                for arm, (d, _, _) in ARMS.items()
            },
        }
    )
