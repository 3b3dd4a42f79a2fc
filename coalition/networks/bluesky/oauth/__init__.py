"""Signing in to Bluesky by OAuth: the person says yes at their own server, and we hold no password.

A confidential client: it proves itself by a key of its own, every token by a key of its account.
"""
