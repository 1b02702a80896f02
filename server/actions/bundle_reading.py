"""Uploads sorted into office workbook, SOPs, forms and files, with what is wrong with each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from forms import office as office_workbook
from forms import sop as sop_workbook
from forms import workbook
from forms import xform as form_xml
from forms.findings import Finding, Place
from forms.office import Office
from forms.sop import Sop
from forms.workbook import Workbook, WorkbookError
from forms.xlsform_checks import FORM_ID, identity
from server.actions.bundle import Upload

# Workbooks too, not files of a form: those of old Excel come as `.xlsx` by now, those of other programs are refused.
OTHER_TABLES = (".xls", ".xlsb", ".ods", ".numbers")


class Reader:
    """Sorts uploads into office, SOP, form and media, collecting findings by file.

    `broken`: the ids of forms that could not be converted.
    """

    def __init__(self) -> None:
        self.office: tuple[Upload, Office] | None = None
        self.sops: list[tuple[Upload, Sop]] = []
        self.books: dict[str, Workbook] = {}
        self.forms: list[Upload] = []
        self.media: list[Upload] = []
        self.broken: set[str] = set()
        self.findings: list[Finding] = []

    def add(self, file: str, findings: Iterable[Finding]) -> None:
        self.findings.extend(replace(finding, args={**finding.args, "file": file}) for finding in findings)

    def read(self, upload: Upload) -> None:
        if upload.name.startswith("~$"):
            return  # what Excel keeps beside a workbook while it is open
        if not upload.name.lower().endswith((".xlsx", ".xlsm", *OTHER_TABLES)):
            (self.forms if upload.is_xform else self.media).append(upload)
            return
        try:
            book = workbook.read(upload.data, workbook.MAX_PUBLISHED_CELLS)
        except WorkbookError as error:
            self.add(upload.path, error.findings)
            return
        self.books[upload.path] = book
        if _is_sop(book):
            read, findings = sop_workbook.read(book)
            self.add(upload.path, findings)
            if read is not None:
                self.sops.append((upload, read))
        elif book.sheet("office", "kantor"):
            found, findings = office_workbook.read(book)
            self.add(upload.path, findings)
            if found is not None:
                self.office = (upload, found)
        else:
            self.forms.append(upload)

    def refuse_doubles(self, uploads: Sequence[Upload]) -> None:
        """Two files of one name in one place, two SOPs of one code: only a person can tell which is meant."""
        first: dict[str, str] = {}
        for upload, item in self.sops:
            other = first.setdefault(item.sop_id, upload.path)
            if other != upload.path:
                place = item.row.place("sop_id")
                self.add(
                    upload.path, [Finding("bundle.same_sop", "error", place, {"name": item.sop_id, "other": other})]
                )
        named: dict[str, str] = {}
        for upload in self.forms:
            form_id, cell = self._named(upload)
            other = named.setdefault(form_id, upload.path) if form_id else upload.path
            if other != upload.path:
                self.add(upload.path, [Finding("bundle.same_form", "error", cell, {"name": form_id, "other": other})])
        counted = Counter(upload.path for upload in uploads)
        for path in (path for path, count in counted.items() if count > 1):
            self.add(path, [Finding("bundle.same_file", "error", None, {"name": path})])

    def _named(self, upload: Upload) -> tuple[str, Place | None]:
        """What a form calls itself, and where."""
        book = self.books.get(upload.path)
        if book is None:
            return form_xml.read(upload.data).form_id, None
        sheet = book.sheet("settings")
        row = sheet.rows[0] if sheet and sheet.rows else None
        return identity(book, upload.name).form_id, row.place(*FORM_ID) if row else None

    def office_code(self) -> str | None:
        if self.office:
            return self.office[1].id
        return self.sops[0][1].office if self.sops else None


def _is_sop(book: Workbook) -> bool:
    """Whether a workbook is an SOP, also one whose most needed sheets are missing or misspelt."""
    if book.sheet("survey") or book.sheet("office", "kantor"):
        return False
    own = [name for name, also in sop_workbook.SHEETS.items() if book.sheet(name, *also)]
    return "steps" in own or "routes" in own or len(set(own) - {"settings", "choices"}) > 1
