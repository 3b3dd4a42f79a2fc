"""The belt that run.py wears."""
