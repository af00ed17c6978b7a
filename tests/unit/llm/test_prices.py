import pytest

from persona_extract.llm import prices
from persona_extract.llm.prices import ModelPrices
from persona_extract.records.calls import Usage
from persona_extract.records.models import ModelSettings

LIST: dict[str, dict[str, object]] = {
    "small": {
        "mode": "chat",
        "litellm_provider": "openai",
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 4e-6,
        "input_cost_per_token_batches": 5e-7,
        "output_cost_per_token_batches": 2e-6,
    },
    "long": {
        "mode": "chat",
        "litellm_provider": "vertex_ai-language-models",
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 2e-6,
        "input_cost_per_token_above_200k_tokens": 3e-6,
    },
    "ft:small": {"mode": "chat", "input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6},
    "host/promised-free": {
        "mode": "chat",
        "litellm_provider": "host",
        "input_cost_per_token": 0,
        "output_cost_per_token": 0.0,
    },
    "ollama/tiny": {
        "mode": "chat",
        "litellm_provider": "ollama",
        "input_cost_per_token": 0.0,
        "output_cost_per_token": 0.0,
    },
    "by-request": {"mode": "chat", "litellm_provider": "openai", "output_cost_per_token": 1e-6},
    "vectors": {"mode": "embedding", "input_cost_per_token": 1e-8, "output_cost_per_token": 0.0},
    "broken": {"mode": "chat", "input_cost_per_token": "much", "output_cost_per_token": -1.0},
}
USAGE = Usage(1000, 100)


@pytest.fixture(autouse=True)
def _the_list_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "_price_list", lambda: LIST)


def cost(usage: Usage = USAGE, *, in_batch: bool = False, **said: object) -> float | None:
    return ModelPrices(ModelSettings.model_validate(said)).cost(usage, batch=in_batch)


@pytest.mark.parametrize("model", ["small", "openai/small"])
def test_the_list_says_what_a_model_costs(model: str):
    assert cost(model=model) == pytest.approx(0.0014)


def test_batches_have_prices_of_their_own():
    assert cost(in_batch=True, model="small") == pytest.approx(0.0007)
    assert cost(in_batch=True, model="long") is None


def test_long_questions_cost_more_where_the_list_says_so():
    model = {"model": "vertex_ai/long"}
    assert cost(Usage(200_000, 0), **model) == pytest.approx(0.2)
    assert cost(Usage(300_000, 100), **model) == pytest.approx(0.9 + 0.0002)


def test_own_prices_come_first_and_are_per_million():
    own = {"model": "small", "input_price": 10, "output_price": 20}
    assert cost(**own) == pytest.approx(0.012)
    assert cost(model="small", input_price=10) == pytest.approx(0.0104)
    assert ModelPrices(ModelSettings.model_validate(own)).source == "settings"
    assert cost(in_batch=True, **own) == pytest.approx(0.012)


@pytest.mark.parametrize(
    "model",
    [
        "never-heard-of",
        "other/small",  # the same name at another provider
        "host/promised-free",
        "by-request",
        "vectors",
        "broken",
        "ollama_chat/unlisted",
    ],
)
def test_an_unknown_price_is_not_zero(model: str):
    assert cost(model=model) is None
    assert cost(Usage(0, 0), model=model) is None
    assert ModelPrices(ModelSettings(model=model)).source == "unknown"
    assert cost(model=model, input_price=1) is None or model == "by-request"


def test_an_own_machine_is_not_free_by_itself():
    local = {"model": "openai/mine", "base_url": "http://127.0.0.1:8000/v1"}
    assert cost(**local) is None
    assert cost(**local, input_price=0, output_price=0) == 0


def test_a_listed_price_of_nothing_is_believed_of_an_own_machine():
    assert cost(model="ollama/tiny") == 0


def test_a_fine_tuned_model_is_listed_under_its_kind():
    assert cost(model="ft:small:team::id") == pytest.approx(0.0028)


def test_own_prices_need_no_list(monkeypatch: pytest.MonkeyPatch):
    def refuse() -> None:
        raise AssertionError("litellm was imported")

    monkeypatch.setattr(prices, "_price_list", refuse)
    assert cost(model="x", input_price=1, output_price=1) == pytest.approx(0.0011)


def test_the_real_list_has_well_known_models(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    found = ModelPrices(ModelSettings(model="gpt-4o-mini"))
    assert found.source == "litellm's list"
    one, batch = found.cost(USAGE), found.cost(USAGE, batch=True)
    assert one is not None
    assert batch == pytest.approx(one / 2)
