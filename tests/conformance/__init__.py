"""One suite for every mapping file: see tests/samples/README.md."""
