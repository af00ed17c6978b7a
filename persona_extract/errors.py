"""One small tree of errors. Each says whether a retry can help and how the program ends.

Exit codes: 1 the work failed, 2 wrong usage or configuration, 3 a gate said no.
"""

from __future__ import annotations


class PersonaExtractError(Exception):
    """Anything this program refuses or fails at, with a message that says what to do."""

    exit_code = 1
    retryable = False


class UsageError(PersonaExtractError):
    """The caller asked for something that cannot be: a flag, a key, a name."""

    exit_code = 2


class SourceError(PersonaExtractError):
    """A source is missing, unreadable or not what it claims to be."""


class SourceUnavailable(SourceError):
    """A source is out of reach for now (network, hub); the same call may work later."""

    retryable = True


class StoreError(PersonaExtractError):
    """A workspace or pack cannot be written or read: permission, disk, foreign content."""


class PackError(PersonaExtractError):
    """A pack is damaged or is not a pack."""


class TooFewUsers(PersonaExtractError):
    """A measurement needs more users or conversations than the source has."""


class GateRefused(PersonaExtractError):
    """A check with a stated threshold said no."""

    exit_code = 3


class ModelUnavailable(PersonaExtractError):
    """A model's provider is down or out of reach; what was answered before is kept."""

    retryable = True


class ModelRefused(UsageError):
    """A provider does not let us in: wrong or missing key, unknown model, no credit."""


class ModelUnfit(PersonaExtractError):
    """Most answers of a model cannot be used; asking the same again would not help."""


class BudgetSpent(GateRefused):
    """The next call might exceed the budget; what was answered before is kept."""


class HubUnavailable(PersonaExtractError):
    """The hub that packs are published on is down or out of reach; the same call may work later."""

    retryable = True


class HubRefused(UsageError):
    """The hub does not let us in: no token, a wrong one, or one that may not write there."""
