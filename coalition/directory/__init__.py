"""The new home: who is where now, verified."""
