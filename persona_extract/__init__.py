"""Executable behaviour profiles of real users, extracted from human-LLM conversations."""

__version__ = "0.1.0"
