"""Door for time: jobs and timers."""
