"""Rules. Standard library only: values in, decisions out."""
