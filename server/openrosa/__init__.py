"""Door for ODK Collect."""
