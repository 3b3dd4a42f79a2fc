"""Bluesky: records under our own keys, so exactly once."""
