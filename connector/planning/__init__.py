"""The season planner: who can talk when, and who gets which slot."""
