"""Door for programs: the Central-compatible REST API under /v1."""
