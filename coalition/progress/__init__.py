"""The count: what the public page says. Reads only."""
