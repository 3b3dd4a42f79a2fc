"""The outside: social networks. No Django, no models, no settings in here."""
