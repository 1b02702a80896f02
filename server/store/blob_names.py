"""Where blobs are named. A new place that keeps the hash of one belongs here, or its file may be removed."""

import re
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, and_, select

from server.store.cases import event
from server.store.documents import document
from server.store.drafts import draft_attachment
from server.store.forms import form_media, form_version, project_media
from server.store.jobs import job
from server.store.projects import office_version, sop_version
from server.store.reports import recap_issue
from server.store.submissions import attachment, held_edit, held_file, quarantine

COLUMNS = (
    attachment.c.blob,
    draft_attachment.c.blob,
    held_edit.c.blob,
    held_file.c.blob,
    quarantine.c.blob,
    document.c.blob,
    form_version.c.xlsx,
    form_version.c.uploaded,
    form_media.c.blob,
    project_media.c.blob,
    office_version.c.workbook,
    sop_version.c.workbook,
    recap_issue.c.blob,
)
SWEEP = "sweep_blobs"
"""The kind of job whose arguments are what may be removed: being in them keeps nothing."""

# JSON with hashes in it: scans of signed papers in events, files of long work.
TEXTS = {
    event.c.data: and_(event.c.type != "submission", event.c.data.contains('"scan"')),
    job.c.args: job.c.kind != SWEEP,
    job.c.result: and_(job.c.kind != SWEEP, job.c.result.is_not(None)),
}
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_AT_ONCE = 500


def unnamed(db: Connection, hashes: Collection[str]) -> set[str]:
    """Those of the hashes that nothing in the database names. Reads whole tables: for work in the background."""
    left = set(hashes)
    for column in COLUMNS:
        asked = sorted(left)
        for start in range(0, len(asked), _AT_ONCE):
            query = select(column).where(column.in_(asked[start : start + _AT_ONCE]))
            left.difference_update(db.execute(query).scalars())
    left.difference_update(_in_texts(db) if left else ())
    return left


def _in_texts(db: Connection) -> Iterator[str]:
    for column, where in TEXTS.items():
        query = select(column).where(where)
        for text in db.execute(query.execution_options(yield_per=_AT_ONCE)).scalars():
            yield from _HASH.findall(text)
