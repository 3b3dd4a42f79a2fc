"""The door for connecting accounts and handing off posts."""
