"""Who: organisations, their people, their accounts, their sealed credentials."""
