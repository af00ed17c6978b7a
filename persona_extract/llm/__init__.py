"""The one door to language models, over litellm."""
