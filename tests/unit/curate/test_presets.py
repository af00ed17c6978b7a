import pytest

from persona_extract.curate import PRESETS, preset
from persona_extract.errors import UsageError
from persona_extract.records.settings import CurateSettings


def test_presets() -> None:
    assert preset("default") == CurateSettings()
    paper = preset("realusersim")
    assert (paper.languages, paper.models, paper.min_turns) == (["English"], ["gpt-4o"], 3)
    assert paper.drop_toxic and paper.bookend_words == 5
    assert set(PRESETS) == {"default", "realusersim"}


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'realusersim'"):
        preset("real-user-sim")
