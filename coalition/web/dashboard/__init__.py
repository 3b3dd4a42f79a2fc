"""The door for coordinators."""
