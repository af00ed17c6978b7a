"""Plain text, one block a profile, for people and for programs that are not listed here."""

from __future__ import annotations

from persona_extract.exports.document import notice
from persona_extract.exports.protocol import Batch, Export, Exported


def write(batch: Batch) -> dict[str, bytes]:
    """Lines that start with "# " are about the text, the others are the briefs."""
    head = [f"# {line}" for line in notice(batch.origin)]
    blocks = ["\n".join(head) + "\n", *(_block(one) for one in batch.people)]
    return {EXPORT.file: "\n".join(blocks).encode()}


def _block(one: Exported) -> str:
    weight = "" if one.weight is None else f", weight {one.weight:g}"
    return f"# {one.profile.id}{weight}\n{one.brief}"


EXPORT = Export(
    name="text",
    about="Plain text, one block a profile: paste it into any prompt.",
    target="any prompt",
    suffix=".txt",
    use="Blocks are parted by lines that start with '# p_'.",
    write=write,
)
