"""Connecting an X account: allauth does the OAuth, and what comes back is caught."""
