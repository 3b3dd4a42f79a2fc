"""The doors: thin. Parse, call, render."""
