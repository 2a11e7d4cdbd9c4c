"""POP connector: sync HR records, link development goals, schedule the conversations of a POP."""

__version__ = "0.1.0"
