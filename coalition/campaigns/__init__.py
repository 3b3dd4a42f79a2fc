"""When: the campaign, its hour T, and the decisions about it."""
