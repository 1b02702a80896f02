"""Small SOP workbooks for tests, written as tables, and the events of a case."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from openpyxl import Workbook as Book

from forms import sop as sop_reader
from forms import workbook
from forms.findings import Finding
from forms.sop import Sop
from server.sop.clock import Calendar
from server.sop.events import Event

ROOT = Path(__file__).parents[2]
WIB = Calendar(
    "Asia/Jakarta",
    holidays=frozenset(date(2026, 3, day) for day in (18, 19, 20, 23, 24)) | {date(2026, 12, 24), date(2026, 12, 25)},
    decreed_until=2026,
)

SETTINGS = {
    "sop_id": "coba",
    "title": "Percobaan",
    "version": "1",
    "office": "kota_coba",
    "service_time": "5",
    "service_time_unit": "working_day",
    "clock_start": "s01",
}
ROLES = [{"name": "peksos"}, {"name": "supervisor", "may_override": "yes"}]


def book_bytes(sheets: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    """An xlsx with these sheets; each row a mapping from header to cell."""
    book = Book()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        headers = list(dict.fromkeys(header for row in rows for header in row))
        page.append(headers)
        for row in rows:
            page.append([row.get(header) for header in headers])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_sheets(sheets: Mapping[str, Sequence[Mapping[str, object]]]) -> tuple[Sop | None, tuple[Finding, ...]]:
    return sop_reader.read(workbook.read(book_bytes(sheets)))


def table(text: str) -> list[dict[str, str]]:
    """Rows written as `a | b | c` under a first line of headers."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def small_sop(steps: str, routes: str, forms: str = "", **sheets: Sequence[Mapping[str, object]]) -> Sop:
    """An SOP `coba` of these steps and routes; forms default to those the steps name, the first opens the case."""
    rows = table(steps)
    ids = list(dict.fromkeys(row["form"] for row in rows if row.get("form")))
    form_rows = table(forms) if forms else [{"form_id": f, "opens_case": "yes" if f == ids[0] else "no"} for f in ids]
    book = {
        "settings": [SETTINGS],
        "roles": ROLES,
        "forms": form_rows,
        "steps": rows,
        "routes": table(routes),
        **sheets,
    }
    sop, findings = read_sheets(book)
    assert sop is not None, findings
    return sop


def abh() -> Sop:
    """SOP 003 as the office publishes it."""
    return shipped("kota_pasuruan", "abh")


@cache
def shipped(office: str, service: str) -> Sop:
    """The SOP of a service as its office publishes it."""
    data = (ROOT / "xlsforms" / office / service / "sop.xlsx").read_bytes()
    sop, findings = sop_reader.read(workbook.read(data))
    assert sop is not None, findings
    return sop


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of that day in Pasuruan, as the server keeps it."""
    return datetime.combine(date.fromisoformat(day), time(hour, minute), WIB.tz).astimezone(UTC)


def sent(
    form: str, day: str, received: datetime | None = None, *, instance: str = "", revision: int = 0, **answers: object
) -> Event:
    """A form about a day, as it came from a phone (on the same morning unless said otherwise)."""
    instance = instance or f"uuid:{form}-{day}"
    return Event(
        id=f"{instance}/{revision}",
        type="submission_edit" if revision else "submission",
        effective=date.fromisoformat(day),
        received_at=received or at(day),
        instance_id=instance,
        revision=revision,
        form=form,
        answers=answers,
    )


def act(
    type_: str,
    day: str,
    step: str | None = None,
    *,
    hour: int = 14,
    actor: str = "sari",
    answers: Mapping[str, object] | None = None,
    **data: object,
) -> Event:
    """Something a person did on the web."""
    return Event(
        id=f"{type_}-{step}-{day}-{hour}",
        type=type_,
        effective=date.fromisoformat(day),
        received_at=at(day, hour),
        actor=actor,
        step=step,
        answers=answers or {},
        data=data,
    )


def later(moment: datetime, **span: int) -> datetime:
    return moment + timedelta(**span)
