"""A fake X: a server of its own on loopback, with a log of effects that only it can write."""
