"""The same organisation and people as in the representative's door."""

from tests.web.pledge.conftest import clock, exit_, inside, ours, owner

__all__ = ["clock", "exit_", "inside", "ours", "owner"]
