"""The door for a representative."""
