"""The same count for programs: versioned, read-only, described by its own OpenAPI document."""
