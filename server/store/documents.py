"""Issued papers and the registers their numbers come from (gapless, one series per register and year)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from server.store.hot import Hot
from server.store.schema import metadata
from server.store.transaction import Transaction

register = Table(
    "register",
    metadata,
    Column("project_id", ForeignKey("project.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

# `key` makes issuing idempotent (case, step visit, kind). `values` is the data snapshot; `blob` the PDF
# once a worker has rendered it; `check_code` is what the QR of the paper carries. `status`: waiting (its PDF is being
# made), ready, cancelled (void: the number stays in its register), replaced (by a correction). `review`: why somebody
# should look at it again. A correction names the paper it corrects and counts from 1; it shares its number.
document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("case_id", ForeignKey("kasus.id")),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("register", Text),
    Column("year", Integer),
    Column("sequence", Integer),
    Column("dated", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("check_code", Text, nullable=False, unique=True),
    Column("blob", Text),
    Column("sha256", Text),
    Column("status", Text, nullable=False),
    Column("review", Text),
    Column("void_reason", Text),
    Column("voided_at", Text),
    Column("voided_by", Integer),
    Column("correction", Integer, nullable=False, server_default="0"),
    Column("corrects", Integer),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    UniqueConstraint("project_id", "register", "year", "sequence"),
    Index(None, "case_id"),
    Index(None, "project_id", "created_at"),
)


_RAISE = Hot(
    register.update()
    .where(
        register.c.project_id == bindparam("project"),
        register.c.name == bindparam("register"),
        register.c.year == bindparam("in_year"),
    )
    .values(last=register.c.last + 1)
    .returning(register.c.last)
)


# Counts, per office, the forms whose prediction of the next steps was wrong (ruling 22).
MISPREDICTED = "ramalan meleset"


def next_number(tx: Transaction, project_id: int, name: str, year: int) -> int:
    """The next number of a register in a year, beginning with 1.

    Gapless: the row stays locked until commit, and a transaction that fails gives its number back.
    """
    place = {"project": project_id, "register": name, "in_year": year}
    last = tx.run(_RAISE, place).fetchone()
    if last is not None:
        return int(last[0])
    # The first letter of the year: whoever comes second waits here for the unique key, then counts on.
    opened = _insert_or_nothing(tx).values(project_id=project_id, name=name, year=year, last=0)
    tx.execute(opened.on_conflict_do_nothing())
    return int(tx.run(_RAISE, place).fetchone()[0])


def _insert_or_nothing(tx: Transaction) -> sqlite.Insert | postgresql.Insert:
    return (postgresql if tx.connection.dialect.name == "postgresql" else sqlite).insert(register)


def find_by_key(tx: Transaction, key: str) -> int | None:
    """The id of the document issued under this key (case, step visit, kind)."""
    found = tx.execute(select(document.c.id).where(document.c.key == key)).scalar()
    return None if found is None else int(found)
