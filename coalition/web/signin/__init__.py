"""Signing in: by a code in a letter or a passkey, and a second step for who can do much."""
