"""These tests may use the published office, and the one that also takes people over from raids."""

from tests.fixtures import office, office_database, shared_office
from tests.raid import raid_database, raids

__all__ = ["office", "office_database", "raid_database", "raids", "shared_office"]
