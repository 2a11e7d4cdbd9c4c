"""The pages: parse, call a service, render."""
