"""These tests may use the published office."""

from tests.fixtures import office, office_database

__all__ = ["office", "office_database"]
