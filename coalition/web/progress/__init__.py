"""The door for anyone."""
