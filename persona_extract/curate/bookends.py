"""Greetings and thanks at the ends of a conversation."""

from __future__ import annotations

import polars as pl

_CORE = """
hi hii hiii hello helo hellow hey heya hiya howdy yo greetings hallo hola bonjour ciao salut olá ola
namaste salam привет здравствуйте 你好 您好 こんにちは 안녕하세요 안녕
morning afternoon evening night
thanks thank thankyou thanx thx tnx tks ty tysm cheers appreciate appreciated
gracias merci danke grazie obrigado obrigada bedankt спасибо 谢谢 ありがとう 감사합니다
bye goodbye byebye cya farewell
"""
_FILLER = """
a alot again all and any are assistant back bot buddy chat chatgpt day dear doing dude for friend
fine gpt good goodnight great have help helpful how i im information is it its just lot man mate me
meet much my nice ok okay alright awesome perfect cool wow no now of oh please problem really see
sir so soon that the there this to today ur u up very welcome well whats works worked yes yeah yep
you your
"""
_WELL = r"how (?:are|r) (?:you|u)|whats up|nice to meet you|see (?:you|ya)"


def bookend(text: pl.Expr, words: int) -> pl.Expr:
    """Whether a message is nothing but a greeting, thanks or a goodbye of at most so many words.

    Every word must come from a closed list and one of them must greet, thank or part, so that
    "thanks, now in C" and "hello world in java" are not bookends. "ok" alone is an answer.
    """
    spoken = (
        text.str.slice(0, 200)
        .str.to_lowercase()
        .str.replace_all(r"['’`]", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )
    core, any_word = _either(_CORE), _either(_CORE + _FILLER)
    short = spoken.str.count_matches(r"\S+").is_between(1, words)
    closed = spoken.str.contains(rf"^(?:{any_word})(?: (?:{any_word}))*$")
    means = spoken.str.contains(rf"(?:^| )(?:{core}|{_WELL})(?: |$)")
    return short & closed & means & (text.str.len_chars() <= 200)


def at_an_end(is_bookend: pl.Expr, conversation: str, order: str) -> pl.Expr:
    """Of user turns: whether all turns up to this one, or all from this one on, are bookends."""
    number = is_bookend.cast(pl.UInt8)
    before = number.cum_min().over(conversation, order_by=order)
    after = number.cum_min(reverse=True).over(conversation, order_by=order)
    return (before == 1) | (after == 1)


def _either(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))
