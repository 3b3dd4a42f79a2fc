"""Left well: what stays to be done with an account that is left, and who did it."""
