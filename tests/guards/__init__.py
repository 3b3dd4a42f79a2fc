"""What refuses each row of docs/abuse.md, and how to take that away: run.py guards."""
