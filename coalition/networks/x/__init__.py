"""X: no idempotency key, so at most once without looking."""
