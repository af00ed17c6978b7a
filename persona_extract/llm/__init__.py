"""The one door to language models, over litellm."""

from persona_extract.llm.door import Door
from persona_extract.llm.keys import check_models
from persona_extract.llm.many import ask_all
from persona_extract.llm.questions import call_key
from persona_extract.llm.tokens import count_tokens

__all__ = ["Door", "ask_all", "call_key", "check_models", "count_tokens"]
