"""What of the users' wording may leave the workspace: stock phrases that several people share.

That several users wrote it is not enough alone, for users without ids may be one person many times;
that it consists of words of conversation is not enough alone either, for so does many a quirk.
"""

from __future__ import annotations

import polars as pl

from persona_extract.lexicons import load_lexicon
from persona_extract.traits.form import GAP

PUBLIC_USERS = 3
"""So many users must have written a phrase or form before it may be shown, in any corpus."""


def conversational(word: str) -> pl.Expr:
    """Whether a column of single words stands in the list of words of conversation."""
    return pl.col(word).is_in(_listed())


def public_form(form: str, n_users: str) -> pl.Expr:
    """The form where it may be shown, else null: listed words, gaps and a question mark only."""
    pieces = pl.col(form).str.split(" ")
    listed = pieces.list.eval(pl.element().is_in([*_listed(), GAP, "?"])).list.all()
    return pl.when(listed & (pl.col(n_users) >= PUBLIC_USERS)).then(form)


def _listed() -> list[str]:
    return list(load_lexicon("conversation_words"))
