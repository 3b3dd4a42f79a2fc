"""How it is: who has been at work lately, and what waits too long."""
