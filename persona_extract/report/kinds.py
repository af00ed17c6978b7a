"""What the kinds of repairs, masks and skipped records mean, a sentence each."""

from __future__ import annotations

from persona_extract.curate import REPAIRS

_REPAIRS = {
    **REPAIRS,
    "bookend_not_counted": "turns that only greet or thank, which did not count as user turns when "
    "it was asked whether a conversation is long enough",
}
_MASKS = {
    "SECRET": "passwords, tokens and keys to an account",
    "URL": "web addresses that name a person; the host is kept",
    "EMAIL": "e-mail addresses",
    "HANDLE": "names of accounts, such as @somebody",
    "USER": "user names in paths of files",
    "IBAN": "bank account numbers",
    "CARD": "numbers of payment cards",
    "IP": "network addresses of a computer (IP)",
    "PHONE": "telephone numbers",
    "PERSON": "names of persons",
    "LOCATION": "names of places",
    "NRP": "nationalities, religions and political groups",
    "US_SSN": "US social security numbers",
    "US_PASSPORT": "numbers of US passports",
    "US_DRIVER_LICENSE": "numbers of US driving licences",
    "MEDICAL_LICENSE": "numbers of medical licences",
}


def meaning(kind: str) -> str:
    """What was counted under a kind, or nothing where the kind says so itself."""
    return _REPAIRS.get(kind) or _MASKS.get(kind, "")
