"""What goes out: calendar files, mail."""
