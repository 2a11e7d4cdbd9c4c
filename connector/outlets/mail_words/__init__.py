"""What our mails say, a module for each language."""
