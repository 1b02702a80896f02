"""Cases: immutable events, the cached folded state, and index rows for lists and queues."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from server.store.schema import BigId, metadata

# The case id is the id of its entity (a UUID made by the intake form). `state` is the folded
# server.sop.state.CaseState as JSON; `revision` counts folds, so that work done before the write
# lock can be checked against it. The columns after `label` repeat the state for lists: `next_due` is the
# earliest deadline of the open steps, NO_DEADLINE when none has one, so that one index holds the order of
# lists; `next_timer` the moment time itself may next do something to the case (UTC; NULL: never; '' : not yet
# worked out); `search` the words of `case_word`. `state` comes last: what lists read lies before the long text.
NO_DEADLINE = "9999"

_ENDED = text("closed_on IS NOT NULL")
_TIMED = text("next_timer IS NOT NULL")

case = Table(
    "kasus",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("sop_id", Text, nullable=False),
    Column("sop_version_id", ForeignKey("sop_version.id"), nullable=False),
    Column("number", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("status", Text, CheckConstraint("status IN ('open', 'closed')", name="status"), nullable=False),
    Column("close_reason", Text),
    Column("opened_on", Text, nullable=False),
    Column("closed_on", Text),
    Column("due_at", Text),
    Column("next_due", Text, nullable=False, server_default=NO_DEADLINE),
    Column("next_timer", Text, server_default=""),
    Column("manager_id", Integer),
    Column("area", Text),
    Column("search", Text, nullable=False, server_default=""),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("state", Text, nullable=False),
    UniqueConstraint("project_id", "number"),
    Index(None, "project_id", "status", "next_due", "opened_on", "id"),
    Index(None, "project_id", "sop_id", "status", "next_due", "opened_on", "id"),
    Index(None, "project_id", "status", "manager_id", "next_due", "opened_on", "id"),
    Index(None, "project_id", "closed_on", "id", sqlite_where=_ENDED, postgresql_where=_ENDED),
    Index(None, "next_timer", "id", sqlite_where=_TIMED, postgresql_where=_TIMED),
)

# Comparable byte by byte on both databases: a search is a range of words.
Word = Text().with_variant(Text(collation="C"), "postgresql")

# The words a case is found by; they are only ever added (what it was once called finds it still).
case_word = Table(
    "case_word",
    metadata,
    Column("case_id", ForeignKey("kasus.id"), primary_key=True),
    Column("word", Word, primary_key=True),
    Column("project_id", Integer, nullable=False),
    Index(None, "project_id", "word", "case_id"),
    sqlite_with_rowid=False,
)

# The few events that make a case's time stand still or begin again: recaps look for them alone.
_TURNS = text("type IN ('pause', 'resume', 'reopen')")

# Append-only. `effective` is the local day or moment of the act (ISO); `data` what server.sop.events reads.
event = Table(
    "case_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", ForeignKey("kasus.id"), nullable=False),
    Column("type", Text, nullable=False),
    Column("effective", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("instance_id", Text),
    Column("form", Text),
    Column("revision_id", BigId, ForeignKey("revision.id")),
    Column("actor_id", Integer),
    Column("data", Text, nullable=False),
    Index(None, "case_id", "received_at"),
    Index(None, "revision_id"),
    Index(None, "instance_id"),
    Index(None, "case_id", sqlite_where=_TURNS, postgresql_where=_TURNS),
)

# Open steps alone have indexes for lists; a literal, so that the partial indexes serve.
OPEN_STEP: ColumnElement[bool] = literal_column("'open'")
_OPEN = text("state = 'open'")
_UNGIVEN = text("state = 'open' AND assignee_id IS NULL")
_GIVEN = text("state = 'open' AND assignee_id IS NOT NULL")
_ESCALATED = text("state = 'open' AND escalated_to IS NOT NULL")

# One row per step visit that is open, or done; written when it changes. `escalated_to`: the role that was told
# because the limit comes near.
step = Table(
    "case_step",
    metadata,
    Column("case_id", ForeignKey("kasus.id"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("visit", Integer, primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("sop_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("form", Text),
    Column("role", Text),
    Column("assignee_id", Integer),
    Column("opened_at", Text, nullable=False),
    Column("due_at", Text),
    Column("done_at", Text),
    Column("escalated_to", Text),
    Index(None, "project_id", "step", "case_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "project_id", "role", "due_at", "case_id", sqlite_where=_UNGIVEN, postgresql_where=_UNGIVEN),
    Index(None, "assignee_id", "due_at", "case_id", sqlite_where=_GIVEN, postgresql_where=_GIVEN),
    Index(None, "project_id", "escalated_to", "due_at", sqlite_where=_ESCALATED, postgresql_where=_ESCALATED),
)

# A person's work that is no step: a submission that could not be placed or typed (`fault` set), or what the program
# puts in front of a person (`assignee_id`) or of a role (`role`; NULL: anybody who looks after submissions).
task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fault", Text, CheckConstraint("fault IN ('formulir', 'data', 'program')", name="fault")),
    Column("case_id", Text),
    Column("revision_id", BigId),
    Column("form", Text),
    Column("reason", Text, nullable=False),
    Column("args", Text, nullable=False, server_default="{}"),
    Column("role", Text),
    Column("assignee_id", Integer),
    Column("due_at", Text),
    Column("created_at", Text, nullable=False),
    Column("done_at", Text),
    Column("done_by", Integer),
    Index(None, "project_id", "done_at", "created_at"),
    Index(None, "revision_id"),
    Index(None, "case_id"),
)

FREE = "free_task"
"""The kind of what a person gave a person to do about a case (ruling 39)."""

# An id by which phones may still name a case (an intake merged into an older case, ruling 33).
alias = Table(
    "case_alias",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", ForeignKey("kasus.id"), nullable=False),
    Index(None, "case_id"),
)

# What a client may be recognised by (server.cases.matching.Person): one row per case that says anything. `root` is
# the submission that opened it: people named in one letter are different people.
case_person = Table(
    "case_person",
    metadata,
    Column("case_id", ForeignKey("kasus.id"), primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("sop_id", Text, nullable=False),
    Column("nik", Text, nullable=False),
    Column("sound", Text, nullable=False),
    Column("born", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("said", Text, nullable=False),
    Index(None, "project_id", "sop_id", "nik", "day", "case_id"),
    Index(None, "project_id", "sop_id", "born", "day", "case_id"),
    Index(None, "project_id", "sop_id", "sound", "day", "case_id"),
    Index(None, "project_id", "sop_id", "area", "sex", "day", "case_id"),
)
