"""The demo: a fictional coalition that leaves together while you watch."""
