"""The word kept: posts, their approval, and their release at T."""
