"""Door for time: jobs and timers, each calling actions and queries."""

from server.work.worker import Runtime, run_forever, run_once, run_timers

__all__ = ["Runtime", "run_forever", "run_once", "run_timers"]
