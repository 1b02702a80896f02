"""Issuing a paper: number, snapshot of its values and the job that renders it, in the transaction that asks for it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row

from reports import letters, numbers
from server.cases.sheet_letter import numbered
from server.store import Transaction, documents, jobs
from server.store.documents import document
from server.store.schema import dumps, stamp

RENDER = "render_document"
# Crockford's alphabet without I, L, O, U: read over the telephone without doubt. 12 signs are 60 bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def issue(
    tx: Transaction,
    *,
    project_id: int,
    case_id: str | None,
    key: str,
    kind: str,
    title: str,
    register: str,
    pattern: str,
    day: date,
    values: Mapping[str, object],
    actor: int | None,
    names: Mapping[str, str] | None = None,
    template: str = "",
) -> int:
    """Issues a document once per `key` (`<case>:<step>:<visit>:<kind>`) and returns its id, old or new.

    Its number is the next of `register` in the year of `day`, written by `pattern` with the office's words
    `names` (`klas`, `opd`, …). `values` are what `reports.letters.render` needs; number and check code are
    put into `values['surat']`. `template` is `<letter>@<version>`, by default that of the kind. Raises
    reports.numbers.BadPattern before a number is taken.
    """
    known = documents.find_by_key(tx, key)
    if known is not None:
        return known
    numbers.letter_number(pattern, 1, day, names)
    sequence = documents.next_number(tx, project_id, register, day.year)
    number = numbers.letter_number(pattern, sequence, day, names)
    code = new_code()
    row = {
        "project_id": project_id,
        "case_id": case_id,
        "key": key,
        "kind": kind,
        "title": title,
        "number": number,
        "register": register,
        "year": day.year,
        "sequence": sequence,
        "dated": day.isoformat(),
        "template": template or f"{kind}@{letters.letter(kind).version}",
        "values": dumps(_numbered(values, number, code)),
        "check_code": code,
        "status": "waiting",
        "created_at": stamp(tx.now),
        "created_by": actor,
    }
    made = int(tx.execute(document.insert().returning(document.c.id), row).scalar_one())
    jobs.add(tx, key=f"{RENDER}:{made}", kind=RENDER, args={"document": made}, project_id=project_id, actor=actor)
    tx.audit(actor, "document.issue", project=project_id, subject=f"document:{made}", details={"number": number})
    return made


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction says: why, the changed parts (bagian, semula, menjadi), and the letter as it is now."""

    reason: str
    changes: tuple[Mapping[str, str], ...]
    template: str
    values: Mapping[str, object]


def correct(tx: Transaction, old: Row, correction: Correction) -> int:
    """Issues the next correction of a paper under the paper's own number and day; the old one stays, marked
    `replaced`. The caller audits who did it."""
    first = old.corrects or old.id
    count = old.correction + 1
    code = new_code()
    number = str(old.number).partition(" (")[0]
    said = {
        "ke": count,
        "nomor": number,
        "tanggal": old.dated,
        "alasan": correction.reason,
        "baris": [dict(change) for change in correction.changes],
    }
    kept = ("project_id", "case_id", "kind", "title", "register", "year", "dated")
    row = {
        **{name: getattr(old, name) for name in kept},
        "key": f"{old.key.partition('~')[0]}~{count}",
        "number": f"{number} (Perbaikan ke-{count})",
        "template": correction.template,
        "values": dumps({**_numbered(correction.values, number, code), "perbaikan": said}),
        "check_code": code,
        "status": "waiting",
        "correction": count,
        "corrects": first,
        "created_at": stamp(tx.now),
    }
    made = int(tx.execute(document.insert().returning(document.c.id), row).scalar_one())
    tx.execute(document.update().where(document.c.id == old.id).values(status="replaced", review=None))
    jobs.add(tx, key=f"{RENDER}:{made}", kind=RENDER, args={"document": made}, project_id=old.project_id)
    return made


def new_code() -> str:
    """A check code like `7KQ2-M9XD-4TBA`: it opens nothing but the public check page."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def _numbered(values: Mapping[str, object], number: str, code: str) -> dict[str, object]:
    values = numbered(values, number)
    letter = values.get("surat")
    return {**values, "surat": {**(letter if isinstance(letter, Mapping) else {}), "nomor": number, "kode": code}}
