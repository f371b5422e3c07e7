"""`search` and `explain`: looking back into the archive."""
