"""Schemas of the tables and of the records at the borders. Pure: no I/O."""
