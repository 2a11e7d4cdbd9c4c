"""What is written to the systems that we read: one writer for each protocol that can be written to."""
