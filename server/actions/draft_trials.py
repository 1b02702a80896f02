"""Takes in what phones send while a draft is tried: kept apart from real submissions, gone when it is published."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select

from forms import submission as submission_xml
from forms.submission import SubmissionError
from server.actions import sweep
from server.actions.attachments import OF_TRIALS, settled
from server.actions.received import Receipt, SentFile
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.draft import Draft
from server.store import Store, Transaction
from server.store.drafts import draft_attachment, draft_submission
from server.store.schema import new_id, stamp

# Trying a form takes a few dozen; more is somebody who found the address.
MOST = 1_000


def new_token() -> str:
    """What makes the address at which a draft is tried known to nobody else: 64 characters."""
    return secrets.token_urlsafe(48)


def receive_trial(
    store: Store,
    draft: Draft,
    xml: bytes,
    files: Sequence[SentFile],
    device_id: str | None = None,
    user_agent: str | None = None,
) -> Receipt:
    """Keeps a trial submission of a draft. Raises Problem `submission.*` as for real ones, `draft.full`."""
    try:
        root = submission_xml.parse(xml)
        head = submission_xml.head(root)
    except SubmissionError as error:
        raise Problem(f"submission.{error.code}", findings=(), **dict(error.details)) from None
    if head.form_id != draft.xml_form_id:
        raise Problem("submission.form_unknown", form=head.form_id)
    expected = submission_xml.read(root, definitions_of(store).form_version(draft.version_id).schema).attachments
    row = {
        "form_id": draft.form_id,
        "instance_id": head.instance_id,
        "deprecated_id": head.deprecated_id,
        "version": head.version,
        "instance_name": head.instance_name,
        "xml": xml,
        "sha256": hashlib.sha256(xml).hexdigest(),
        "device_id": device_id[:255] if device_id else None,
        "user_agent": user_agent[:255] if user_agent else None,
    }
    again = settled(lambda: _keep(store, draft, row, expected, files), files)
    sent = {file.name for file in files}
    return Receipt("trial_again" if again else "trial", head.instance_id, missing=tuple(set(expected) - sent))


def _keep(
    store: Store, draft: Draft, row: dict[str, object], expected: Iterable[str], files: Sequence[SentFile]
) -> bool:
    """Writes it; whether it was there before."""
    mine = (draft_submission.c.form_id == row["form_id"], draft_submission.c.instance_id == row["instance_id"])
    with store.write() as tx:
        kept = tx.execute(select(draft_submission.c.id, draft_submission.c.sha256).where(*mine)).first()
        if kept is not None and kept.sha256 != row["sha256"]:
            raise Problem("submission.other_content", instance=row["instance_id"])
        key = kept.id if kept else new_id()
        if kept is None:
            count = (
                select(func.count()).select_from(draft_submission).where(draft_submission.c.form_id == draft.form_id)
            )
            if tx.execute(count).scalar_one() >= MOST:
                raise Problem("draft.full", most=MOST)
            tx.execute(draft_submission.insert(), {"id": key, "created_at": stamp(tx.now), **row})
            OF_TRIALS.expect(tx, key, expected)
        OF_TRIALS.add(tx, key, files)
        tx.audit(None, "submission.trial", project=draft.project_id, subject=f"form:{draft.form_id}")
    return kept is not None


def forget_trials(tx: Transaction, form_id: int) -> None:
    """Removes all trial submissions of a form (row id); their files follow when nothing else names them."""
    mine = select(draft_submission.c.id).where(draft_submission.c.form_id == form_id)
    files = delete(draft_attachment).where(draft_attachment.c.submission_id.in_(mine))
    sweep.forget(tx, filter(None, tx.execute(files.returning(draft_attachment.c.blob)).scalars()))
    tx.execute(delete(draft_submission).where(draft_submission.c.form_id == form_id))
