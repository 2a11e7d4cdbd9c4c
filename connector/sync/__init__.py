"""The sync engine: read mapping -> fetch -> hash -> map -> validate -> compare -> guard -> apply -> report."""
