from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.curate import mask, mask_expr, presidio
from persona_extract.errors import UsageError
from persona_extract.records.tables import CONVERSATIONS, empty
from tests.unit.curate.talk import conversation, dialogue, table


def masked(text: str | None) -> str | None:
    return (
        pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(mask_expr(pl.col("t"))).item()
    )


MASKED = [
    ("write to jane.doe+x@mail.example.co.uk today", "write to <EMAIL> today"),
    ("a@example.org,b@example.org", "<EMAIL>,<EMAIL>"),
    ("call +44 20 7946 0958.", "call <PHONE>."),
    ("or (415) 555-0123 / 415-555-0199", "or <PHONE> / <PHONE>"),
    ("+14155550123", "<PHONE>"),
    ("my number is 0411 881 851", "my number is <PHONE>"),
    ("phone: 4155550123", "phone: <PHONE>"),
    ("card 4111 1111 1111 1111 exp 12/26", "card <CARD> exp 12/26"),
    ("5500-0000-0000-0004", "<CARD>"),
    ("378282246310005", "<CARD>"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN <IBAN>"),
    ("GB82WEST12345698765432.", "<IBAN>."),
    ("ping 192.168.1.17 or 203.0.113.5:8080", "ping <IP> or <IP>:8080"),
    ("http://93.184.216.34/x", "http://<IP>/x"),
    ("server 8.8.8.8", "server <IP>"),
    ("from 2001:db8:85a3::8a2e:370:7334 on", "from <IP> on"),
    ("see https://github.com/janedoe/repo.", "see <URL:github.com>."),
    ("(https://www.facebook.com/jane.doe)", "(<URL:facebook.com>)"),
    ("https://blog.example.com/users/jane/posts?x=1", "<URL:blog.example.com>"),
    (
        "https://example.com/@jane and https://example.com/~jane/",
        "<URL:example.com> and <URL:example.com>",
    ),
    ("https://example.com/reset?lang=en&token=abc123", "<URL:example.com>"),
    ("postgres://jane:secret@db.example.com/app", "postgres://<USER>@db.example.com/app"),
    ("follow me on twitter @jane_doe", "follow me on twitter <HANDLE>"),
    ("instagram: @jane.doe!", "instagram: <HANDLE>!"),
    ("/home/jane/project/a.py", "/home/<USER>/project/a.py"),
    ('open("/Users/jane/x")', 'open("/Users/<USER>/x")'),
    (r"C:\Users\Jane Doe\Desktop", r"C:\Users\<USER>\Desktop"),
    (r'"C:\\Users\\jane\\x"', r'"C:\\Users\\<USER>\\x"'),
    ("key sk-abcdefghijklmnopqrstuvwx12345", "key <SECRET>"),
    ('api_key = "a1b2c3d4e5f6"', 'api_key = "<SECRET>"'),
    ("AKIAIOSFODNN7EXAMPLE", "<SECRET>"),
]
LEFT = [
    "on 2024-01-15 at 12:30:45, 15.01.2024 and 01/15/2024",
    "call failed 2023-04-16 04:21:17.59",
    "pip install numpy==1.26.4, version 10.0.19041.1, v1.2.3.4",
    "Chrome/108.0.0.0 Safari/537.36",
    "pi is 3.14159265358979 and e is 2.718281828",
    "1234567890123456 and 4111111111111112",  # no Luhn
    "ISBN 978-3-16-148410-0 or 9783161484100",
    "x = [1000, 2000, 3000]; y = 1700000000000",
    "200 300 4000 and 1 000 000",
    "127.0.0.1, 0.0.0.0 and 255.255.255.0",
    "@property\ndef name(self): ...  @Override @media @types/node",
    "std::vector<int> a::b::c 12:34:56 aa:bb:cc:dd:ee:ff",
    "https://docs.python.org/3/library/re.html#re.sub",
    "https://example.com/search?q=jane&page=2",
    'password = "your_password"',
    "the /home page and /home/ route",
    "call 3 functions: 1, 2 and 3",
    "AB12 and ABCD1234",
    "0x1234567890 #ff00ff 1e-10 12345-678",
    "",
    None,
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", LEFT)
def test_is_left(text: str | None) -> None:
    assert masked(text) == text


PIECES = (
    [text for text, _ in MASKED]
    + [text for text in LEFT if text]
    + list("@.:/-+ ()<>0123456789a\n")
)
SOUP = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(SOUP, st.text(alphabet="ab1290 @.:/-+()<>\\?=&'\"~_EMAIL", max_size=60), st.text())
)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


def test_whole_conversations_are_masked_and_counted() -> None:
    said = [*dialogue("mail a@example.org and b@example.org", "<EMAIL> is not mine"), ("a", None)]
    made = table(conversation("one", said), conversation("two", []))
    result = mask(made)
    assert result.counts["EMAIL"] == 2 and sum(result.counts.values()) == 2
    assert result.conversations["messages"][0][0]["content"] == "mail <EMAIL> and <EMAIL>"
    assert result.conversations.drop("messages").equals(made.drop("messages"))
    assert result.conversations["messages"].list.len().to_list() == [5, 0]
    assert mask(result.conversations).conversations.equals(result.conversations)
    assert mask(empty(CONVERSATIONS)).conversations.is_empty()


def test_presidio_names_the_extra_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    presidio._analyzer.cache_clear()
    with pytest.raises(UsageError, match=r"persona-extract\[presidio\]"):
        mask(table(conversation("one", dialogue("hello"))), "presidio")


class FakeAnalyzer:
    """Finds "Jane Doe", and whatever stands in a mark, as Presidio would."""

    def analyze(self, text: str, language: str, **_: object) -> list[SimpleNamespace]:
        found = [
            ("PERSON", "Jane Doe"),
            ("PERSON", "Jane"),
            ("LOCATION", "Paris"),
            ("NRP", "EMAIL"),
        ]
        return [
            SimpleNamespace(
                entity_type=kind, start=text.find(name), end=text.find(name) + len(name)
            )
            for kind, name in found
            if name in text
        ]


def test_presidio_finds_replace_text(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = {name: ModuleType(name) for name in ("presidio_analyzer", "spacy", "spacy.util")}
    fakes["presidio_analyzer"].AnalyzerEngine = FakeAnalyzer
    fakes["spacy"].util = fakes["spacy.util"]
    fakes["spacy.util"].is_package = lambda name: True
    for name, module in fakes.items():
        monkeypatch.setitem(sys.modules, name, module)
    presidio._analyzer.cache_clear()
    said = dialogue("Jane Doe of Paris, jane@example.org")
    result = mask(table(conversation("one", said)), "presidio")
    presidio._analyzer.cache_clear()
    assert result.conversations["messages"][0][0]["content"] == "<PERSON> of <LOCATION>, <EMAIL>"
    assert (result.counts["PERSON"], result.counts["LOCATION"], result.counts["EMAIL"]) == (1, 1, 1)
