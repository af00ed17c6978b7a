"""SimulatorArena (Dou et al., EMNLP 2025): the profile files of its simulated users.

Three files of lists of features; the benchmark reads the name and the answer of each. What a
profile says of every message goes to the writing style, the rest to the interaction style. Nothing
is known of what the user wants of a document, so preferences are empty.
"""

from __future__ import annotations

from persona_extract.dimensions import find_dimension
from persona_extract.errors import UsageError
from persona_extract.exports.document import Json, as_json, notice
from persona_extract.exports.people import SITUATIONS, beyond, told
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.records.directives import Directive, MeasuredDirective, ReadDirective

FOLDER = "user_profiles/document_creation"


def write(batch: Batch) -> dict[str, bytes]:
    """The files below the benchmark's data folder, by profile id, and a README."""
    features = {one.profile.id: _features(one) for one in batch.people}
    files: dict[str, Json] = {
        "writing_style": {name: styles[0] for name, styles in features.items()},
        "interaction_style": {name: styles[1] for name, styles in features.items()},
        "preferences": {name: [] for name in features},
    }
    written = {f"{FOLDER}/{name}.json": as_json(content) for name, content in files.items()}
    return {**written, "README.md": _readme(batch).encode()}


def _features(one: Exported) -> tuple[list[Json], list[Json]]:
    """The writing style and the interaction style."""
    writing: list[Json] = []
    interaction: list[Json] = [
        _feature("In general", "What else is known of the user?", line) for line in beyond(one)
    ]
    for words, pairs in told(one).items():
        style = writing if words == SITUATIONS["always"] else interaction
        style += [_feature(_name(directive), _question(directive), _) for directive, _ in pairs]
    return writing, interaction


def _feature(name: str, question: str, answer: str) -> Json:
    return {"Feature Name": name, "Feature Question": question, "Feature Question Answer": answer}


def _name(directive: Directive) -> str:
    if isinstance(directive, MeasuredDirective):
        return directive.dimension.replace("_", " ").capitalize()
    return "Trait" if isinstance(directive, ReadDirective) else "Instruction"


def _question(directive: Directive) -> str:
    default = "What does the user do?"
    if not isinstance(directive, MeasuredDirective):
        return default
    try:
        return f"How far is this so of the user? {find_dimension(directive.dimension).definition}"
    except UsageError:  # a pack made with other dimensions
        return default


def _readme(batch: Batch) -> str:
    weights = [one for one in batch.people if one.weight is not None]
    lines = [
        "# Profiles for SimulatorArena",
        "",
        *notice(batch.origin),
        "",
        "Copy `user_profiles` into the benchmark's `data`. Keys are profile ids: the benchmark",
        "looks for `<model>_<workerId>_<document type>_<intent>` of an annotation, so give each",
        "annotation a profile and store its lists under that key as well. Lengths of messages are",
        "taken from the annotation by the benchmark itself.",
    ]
    if weights:
        lines += ["", "| profile | weight |", "|---|---|"]
        lines += [f"| {one.profile.id} | {one.weight:g} |" for one in weights]
    return "\n".join(lines) + "\n"


EXPORT = Export(
    name="simulatorarena",
    about="SimulatorArena: profile files of the document-writing task (a folder).",
    target="microsoft/SimulatorArena (1764f927)",
    suffix="/",
    use="Copy user_profiles into the benchmark's data folder; README.md says how keys are made.",
    write=write,
)
