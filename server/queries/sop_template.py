"""Workbooks to start from: the SOP template, the form templates, and an SOP in force in the template's form."""

import json
import re

from sqlalchemy import select

from reports.sheets.form_template import KINDS, form_template
from reports.sheets.sop_template import example, sop_template
from server.access import Viewer, require
from server.limits.children import ChildFailed, LimitExceeded
from server.limits.functions import run_python
from server.locale import topic
from server.problems import Problem
from server.queries.publish_page import WorkbookFile
from server.store.database import Store
from server.store.projects import project, sop, sop_version

# What the template calls its SOP and office until the admin names them.
UNNAMED = "contoh"
REFILL_WALL, REFILL_CPU = 9.0, 6

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _named(code: str | None) -> str:
    name = (code or UNNAMED).strip().lower()
    if not _CODE.fullmatch(name):
        raise Problem("request.bad_value", field="code", value=name[:100], reason="a-z 0-9 _")
    return name


def new_sop(
    store: Store | None, viewer: Viewer | None, project_id: int | None, code: str | None, language: str
) -> WorkbookFile:
    """The template of an SOP workbook. `code` becomes its sop_id; the office's code is filled in when known.

    Without a store (on the command line) nobody is asked. Raises `request.bad_value` for a code no SOP may have.
    """
    name = _named(code)
    office = ""
    if store is not None:
        require(viewer, "sop.read", project_id)
        with store.read() as db:
            office = db.execute(select(project.c.code).where(project.c.id == project_id)).scalar() or ""
    made = sop_template(example("sop", name, office or f"kantor_{UNNAMED}"), topic(language, "sop_book."))
    return WorkbookFile(f"{name}-sop.xlsx", made)


def new_form(kind: str, code: str | None, language: str) -> WorkbookFile:
    """The template of an XLSForm that opens cases (`intake`) or follows them up (`follow_up`) under that SOP.

    Raises `request.bad_value` for another kind or a code no SOP may have. It holds nothing of any office.
    """
    name = _named(code)
    known = next((item for item in KINDS if item == kind), None)
    if known is None:
        raise Problem("request.bad_value", field="form", value=kind[:100], reason=", ".join(KINDS))
    form_id = example(known, name)["settings"][0]["form_id"]
    return WorkbookFile(f"{form_id}.xlsx", form_template(known, name, topic(language, "form_book.")))


def sop_in_force(
    store: Store, viewer: Viewer | None, project_id: int | None, sop_id: str, language: str
) -> WorkbookFile:
    """The SOP in force as a workbook in the template's form, same content; the very upload when it has that form.

    Raises `request.not_found`, and `sop.invalid` when its workbook cannot be read any more.
    """
    require(viewer, "sop.read", project_id)
    query = (
        select(sop_version.c.version, sop_version.c.workbook)
        .join(sop, sop.c.current_version_id == sop_version.c.id)
        .where(sop.c.project_id == project_id, sop.c.sop_id == sop_id)
    )
    with store.read() as db:
        row = db.execute(query).first()
    if row is None:
        raise Problem("request.not_found")
    words = json.dumps(topic(language, "sop_book."), ensure_ascii=False).encode()
    try:
        made = run_python(
            "reports.sheets.sop_template:refilled",
            words + b"\n" + store.blobs.get(row.workbook),
            wall=REFILL_WALL,
            cpu=REFILL_CPU,
        )
    except (LimitExceeded, ChildFailed):
        raise Problem("sop.invalid") from None
    return WorkbookFile(f"{sop_id}-{row.version}.xlsx", made)
