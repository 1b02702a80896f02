"""What all tables share: the metadata they register on, and how moments and JSON are kept as text."""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def stamp(moment: datetime) -> str:
    """A moment as the database keeps it: UTC, milliseconds, `2026-11-21T09:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utcnow() -> datetime:
    return datetime.now(UTC)


def dumps(value: object) -> str:
    """JSON as every column keeps it: compact, keys sorted, so that equal values are equal text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def loads(text: str) -> Any:
    """A JSON column as values."""
    return orjson.loads(text)


# Ids that grow with time and are known before the insert: they spare a round trip under the write lock.
BigId = BigInteger().with_variant(Integer, "sqlite")


def new_id() -> int:
    """A 63-bit id: milliseconds since 1970 and 20 random bits."""
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)
