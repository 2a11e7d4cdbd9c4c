"""The one outgoing session: deadlines, retries, masking."""
