"""Connecting an X account: allauth does the OAuth, and its result is caught before it becomes a login."""
