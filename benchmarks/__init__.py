"""How fast it is, and what it rests on: each module is one measurement."""
