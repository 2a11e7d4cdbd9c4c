"""REST under /api/v1: parse, call a service, render."""
