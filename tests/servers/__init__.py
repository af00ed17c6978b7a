"""Servers at our own port that stand in for somebody else's. Fakes, for tests only."""
