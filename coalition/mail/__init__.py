"""Letters: one row a letter and recipient, sent exactly once."""
