"""The word given: pledges, their conditions, the invitations to make them."""
