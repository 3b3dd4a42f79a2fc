"""One linear history for the one app."""
