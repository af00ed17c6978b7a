"""What models cost: what a run spent, what it would spend, and what is kept from before."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from persona_extract.records.fields import Record

Count = Annotated[int, Field(ge=0)]
Dollars = Annotated[float, Field(ge=0)]


class Spent(Record):
    """What one prompt of one stage took of one model. A call asked again counts each time."""

    stage: str
    model: str
    prompt: Annotated[str, Field(description='template and version; "" while nothing came back')]
    calls: Annotated[Count, Field(description="requests that ended, those without an answer too")]
    from_cache: Annotated[Count, Field(description="calls answered by the cache, not asked")]
    failed: Annotated[Count, Field(description="of these, without an answer that fits")]
    under_way: Annotated[
        Count, Field(description="asked, and not answered yet; never, if the run was killed")
    ]
    prompt_tokens: Count
    completion_tokens: Count
    estimated: Annotated[
        Count, Field(description="calls with tokens counted here: the provider did not say")
    ]
    cost: Annotated[Dollars | None, Field(description="USD; null if any price is unknown")]
    unknown_prices: Annotated[Count, Field(description="of these, of unknown price")]
    reserved: Annotated[Dollars, Field(description="USD set aside for calls under way")]
    saved_prompt_tokens: Annotated[Count, Field(description="not paid, for answers were kept")]
    saved_completion_tokens: Count


class Forecast(Record):
    """What a role would be asked, before the first call."""

    role: str
    stage: Annotated[str, Field(description='stages of the calls; "" if there are none')]
    model: str
    calls: Count
    kept: Annotated[Count, Field(description="of the calls, answered by the cache for nothing")]
    prompt_tokens: Annotated[Count, Field(description="of the calls to pay, counted")]
    completion_tokens: Annotated[Count, Field(description="of the calls to pay, expected")]
    most_completion_tokens: Annotated[Count, Field(description="were every answer max_tokens long")]
    basis: Annotated[str, Field(description="where the expected length of answers is from")]
    low: Annotated[Dollars | None, Field(description="USD for the questions; null is unknown")]
    expected: Annotated[Dollars | None, Field(description="USD; null is unknown")]
    high: Annotated[
        Dollars | None, Field(description="USD, were every answer max_tokens long, asked once")
    ]
    prices: Annotated[str, Field(description="where prices are from")]


class KeptAnswers(Record):
    """Answers of one prompt of one stage and model in a cache."""

    stage: str
    prompt: str
    model: str
    entries: Count
    text_bytes: Count
    prompt_tokens: Annotated[Count, Field(description="that the answers took when they were paid")]
    completion_tokens: Count
    cost: Annotated[Dollars, Field(description="USD paid for them, as far as prices are known")]
    unknown_prices: Annotated[Count, Field(description="answers of unknown price")]
    uses: Annotated[Count, Field(description="times that an answer was used again")]
    saved_tokens: Annotated[Count, Field(description="not paid again")]
    saved_cost: Annotated[Dollars, Field(description="USD not paid again, as far as known")]


class CacheStats(Record):
    """What a cache of answers holds."""

    file: str
    bytes: Annotated[Count, Field(description="of the file on disk")]
    entries: Count
    oldest: datetime | None
    newest: datetime | None
    total: KeptAnswers
    groups: tuple[KeptAnswers, ...]


class Pruned(Record):
    """What was removed from a cache, or would be."""

    file: str
    dry_run: bool
    removed: Count
    left: Count
    lost_cost: Annotated[
        Dollars, Field(description="USD that the removed answers had cost, as far as known")
    ]
    bytes_freed: Annotated[Count, Field(description="on disk; about, for a dry run")]
