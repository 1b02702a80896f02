"""The SOP workbook read into typed rules: one workbook, one SOP (sop-engine.md section 4).

The reader checks cells (a number is a number, an expression parses); what the rules mean together
is `server.sop.check`'s business.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from forms import tables
from forms.expression import Expression, ExpressionError, parse
from forms.findings import Finding, has_errors
from forms.tables import Cells, Columns, Reader
from forms.workbook import Workbook, fold

CLOSE = "close"
END_BRANCH = "end_branch"
CASE = "kasus"
UNITS: Mapping[str, tuple[str, ...]] = {
    "working_day": ("hari_kerja", "hari kerja"),
    "day": ("hari",),
    "hour": ("jam",),
    "minute": ("menit",),
}
MOST_VISITS = 1_000
MOST_LIMIT = 3_650
MOST_PERCENT = 200
CLOSE_REASONS = (
    "bukan_sasaran",
    "meninggal",
    "pindah",
    "duplikat",
    "ditarik",
    "hilang_kontak",
    "melarikan_diri",
    "lain",
)
"""Why a person may close a case by hand (sop-engine.md 6, ruling 44). `duplikat` names the case that stays;
`SEARCHED` reasons need the search that was made, in words."""
SEARCHED = frozenset({"hilang_kontak", "melarikan_diri"})

_KINDS: Mapping[str, tuple[str, ...]] = {
    "form": ("formulir",),
    "approval": ("persetujuan",),
    "manual": ("catatan",),
    "wait": ("tunggu",),
    "auto": ("otomatis",),
}
_CHOOSE: Mapping[str, tuple[str, ...]] = {"one": ("satu",), "first": ("pertama",), "each": ("setiap", "semua")}
_REPEAT: Mapping[str, tuple[str, ...]] = {"once": ("sekali",), "loop": ("berulang", "ulang")}
_CLOCKS: Mapping[str, tuple[str, ...]] = {"service": ("layanan",), "outside": ("luar",), "pause": ("jeda",)}
_FROM: Mapping[str, tuple[str, ...]] = {"clock": ("jam_layanan",), "step": ("langkah",)}
_JOIN: Mapping[str, tuple[str, ...]] = {"any": ("salah_satu",), "all": ("semua",)}
_DIRECTIONS: Mapping[str, tuple[str, ...]] = {"in": ("masuk",), "out": ("keluar",)}
_MOMENTS: Mapping[str, tuple[str, ...]] = {"event": ("peristiwa",), "daily": ("harian",)}
_SCOPES: Mapping[str, tuple[str, ...]] = {"office": ("kantor",), "assigned": ("ditugaskan",), "area": ("wilayah",)}
_RECORDS: Mapping[str, tuple[str, ...]] = {
    "referral": ("rujukan",),
    "stay_in": ("masuk_penampungan", "masuk"),
    "stay_out": ("keluar_penampungan", "keluar"),
}
_TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("teks",),
    "integer": ("bulat",),
    "decimal": ("desimal",),
    "date": ("tanggal",),
    "select_one": ("pilihan",),
}

SHEETS: Mapping[str, tuple[str, ...]] = {
    "settings": ("pengaturan",),
    "roles": ("peran",),
    "forms": ("formulir",),
    "facts": ("fakta",),
    "steps": ("langkah",),
    "routes": ("alur",),
    "documents": ("dokumen",),
    "choices": ("pilihan",),
    "complaints": ("pengaduan",),
    "calendar": ("kalender",),
    "alerts": ("peringatan",),
    "tests": ("uji",),
    "requirements": ("persyaratan",),
    "products": ("produk",),
    "renames": ("ganti_nama",),
}

_NAME = ("nama",)
_SOURCE = ("sumber",)
_READING = ("tafsir",)
# What the workbook may say, column by column; the template and the admin's guide are made from these three.
COLUMNS: Mapping[str, Columns] = {
    "settings": Columns(
        {
            "sop_id": ("kode_sop",),
            "title": ("judul",),
            "version": ("versi",),
            "decree_no": ("no_sk",),
            "office": ("kantor",),
            "service_time": ("waktu_layanan",),
            "service_time_unit": ("satuan_waktu_layanan",),
            "service_time_text": ("bunyi_waktu_layanan",),
            "legal_basis": ("dasar_hukum",),
            "clock_start": ("jam_mulai",),
            "cost": ("biaya",),
            "product": ("produk",),
            "case_type": ("jenis_kasus",),
            "case_label": ("label_kasus",),
            "person_key": ("kunci_orang",),
            "assign_by": ("dibagi_menurut",),
            "confidential": ("rahasia",),
            "default_language": ("bahasa",),
            "source_file": ("berkas_sumber",),
        }
    ),
    "roles": Columns(
        {
            "name": _NAME,
            "stated_in_source": ("tertulis_di_sumber",),
            "may_override": ("boleh_mengalihkan",),
            "may_close": ("boleh_menutup",),
            "may_reopen": ("boleh_membuka",),
            "deputy": ("pengganti",),
            "scope": ("lingkup",),
        }
    ),
    "forms": Columns(
        {
            "form_id": ("kode_formulir",),
            "opens_case": ("membuka_kasus",),
            "case_field": ("isian_kasus",),
            "person_fields": ("isian_orang",),
            "event_date": ("tanggal_kejadian",),
            "min_version": ("versi_minimal",),
            "record": ("catatan",),
        }
    ),
    "facts": Columns({"name": _NAME, "calculation": ("perhitungan",), "type": ("jenis",), "note": ("catatan",)}),
    "steps": Columns(
        {
            "name": _NAME,
            "source": _SOURCE,
            "source_text": ("bunyi_sumber",),
            "kind": ("jenis",),
            "form": ("formulir",),
            "role": ("peran",),
            "assign_to": ("dapat_ditugaskan",),
            "choose": ("pilih",),
            "repeat": ("ulang",),
            "max_visits": ("maks_kunjungan",),
            "not_before": ("tidak_sebelum",),
            "limit": ("batas",),
            "limit_unit": ("satuan_batas",),
            "limit_from": ("batas_dari",),
            "clock": ("jam",),
            "escalate_to": ("eskalasi_ke",),
            "escalate_at": ("eskalasi_pada",),
            "join": ("gabung",),
            "same_as": ("sama_dengan",),
            "confirm_by": ("disahkan_oleh",),
            "recorded_by": ("dicatat_oleh",),
            "participants": ("peserta",),
            "interpretation": _READING,
        }
    ),
    "routes": Columns(
        {
            "name": _NAME,
            "from": ("dari",),
            "when": ("bila", "syarat"),
            "to": ("ke",),
            "close_reason": ("alasan_tutup",),
            "protective": ("perlindungan",),
            "source": _SOURCE,
            "interpretation": _READING,
        }
    ),
    "documents": Columns(
        {
            "name": _NAME,
            "direction": ("arah",),
            "step": ("langkah",),
            "required": ("wajib",),
            "blocks": ("menahan",),
            "template": ("templat",),
            "number_format": ("format_nomor",),
            "signed_by": ("ditandatangani",),
            "copies_to": ("tembusan",),
            "to_authority": ("ke_aparat",),
            "source": _SOURCE,
        }
    ),
    "choices": Columns({"list_name": ("nama_daftar",), "name": _NAME}),
    "complaints": Columns(
        {
            "channel": ("saluran",),
            "address": ("alamat",),
            "kind": ("jenis",),
            "response_limit": ("batas_tanggapan",),
            "response_unit": ("satuan_tanggapan",),
            "role": ("peran",),
        }
    ),
    "calendar": Columns({"date": ("tanggal",), "kind": ("jenis",), "decree": ("dasar",), "estimate": ("perkiraan",)}),
    "alerts": Columns(
        {
            "name": _NAME,
            "when": ("bila", "syarat"),
            "at": ("pada",),
            "to": ("kepada",),
            "opens": ("membuka",),
            "source": _SOURCE,
            "interpretation": _READING,
        }
    ),
    "tests": Columns(
        {
            "case": ("kasus",),
            "at": ("pada",),
            "form": ("formulir",),
            "expect_open": ("harap_terbuka",),
            "expect_decision": ("harap_keputusan",),
            "expect_close": ("harap_tutup",),
            "expect_alert": ("harap_peringatan",),
        },
        free=True,
    ),
    "requirements": Columns({"name": _NAME, "source": _SOURCE, "text": ("bunyi",), "target": ("untuk",)}),
    "products": Columns({"name": _NAME, "source": _SOURCE, "text": ("bunyi",), "document": ("dokumen",)}),
    "renames": Columns(
        {
            "form": ("formulir",),
            "field": ("isian",),
            "new_field": ("isian_baru",),
            "choice": ("pilihan",),
            "new_choice": ("pilihan_baru",),
        }
    ),
}

COMPLAINT_KINDS: Mapping[str, tuple[str, ...]] = {"offline": ("luring",), "online": ("daring",)}
DAY_KINDS: Mapping[str, tuple[str, ...]] = {"libur_nasional": (), "cuti_bersama": (), "libur_daerah": ()}
OPTIONS: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "settings": {"service_time_unit": UNITS},
    "roles": {"scope": _SCOPES},
    "forms": {"record": _RECORDS},
    "facts": {"type": _TYPES},
    "steps": {
        "kind": _KINDS,
        "choose": _CHOOSE,
        "repeat": _REPEAT,
        "limit_unit": UNITS,
        "limit_from": _FROM,
        "clock": _CLOCKS,
        "join": _JOIN,
    },
    "documents": {"direction": _DIRECTIONS},
    "complaints": {"kind": COMPLAINT_KINDS, "response_unit": UNITS},
    "calendar": {"kind": DAY_KINDS},
    "alerts": {"at": _MOMENTS},
}


@dataclass(frozen=True, slots=True)
class Role:
    """Who does what. `deputy` takes over when absent; `scope`: office, assigned or area."""

    name: str
    labels: Mapping[str, str]
    stated_in_source: bool
    may_override: bool
    may_close: bool
    may_reopen: bool
    deputy: str
    scope: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FormUse:
    """How the SOP uses a form. `opens_case`: "" no, "yes", or the name of a repeat whose rows each open one.

    `record`: "" none, or what a placed submission records by itself: referral, stay_in, stay_out (ruling 44).
    """

    form_id: str
    labels: Mapping[str, str]
    opens_case: str
    case_field: str
    person_fields: tuple[str, ...]
    event_date: str
    min_version: str
    record: str
    row: Cells = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.form_id


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived value. `calculation` None: a value that is only set, by forms or tests."""

    name: str
    calculation: Expression | None
    type: str
    labels: Mapping[str, str]
    note: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `source` is its number in the printed SOP, `limit` counts `limit_unit` from `limit_from`.

    `not_before`: days after opening, as an expression; `confirm_by`: the role without whose word the
    step is not done (ruling 11); `recorded_by`: roles that may enter a decision taken on paper (30).
    `escalate_at`: per cent of the limit after which `escalate_to` is told.
    """

    name: str
    source: str
    source_text: str
    labels: Mapping[str, str]
    kind: str
    form: str
    role: str
    assign_to: tuple[str, ...]
    choose: str
    repeat: str
    max_visits: int | None
    not_before: Expression | None
    limit: int | None
    limit_unit: str
    limit_from: str
    clock: str
    escalate_to: str
    escalate_at: int | None
    join: str
    same_as: str
    confirm_by: str
    recorded_by: tuple[str, ...]
    participants: str
    interpretation: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Route:
    """One arrow: from a step, when an expression holds (None = always), to a step, `close` or `end_branch`."""

    name: str
    from_step: str
    when: Expression | None
    to: str
    close_reason: str
    protective: int | None
    labels: Mapping[str, str]
    source: str
    interpretation: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the SOP. `required`: True, False, or an expression that says when (a row that names a step
    in `blocks` is required unless it says otherwise); `blocks`: the step that may not finish without it;
    `to_authority`: goes to police, prosecutor or court (ruling 34).
    """

    name: str
    labels: Mapping[str, str]
    direction: str
    step: str
    required: bool | Expression
    blocks: str
    template: str
    number_format: str
    signed_by: str
    copies_to: str
    to_authority: bool
    source: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Alert:
    """Puts a case in front of a person; never changes the route. `at`: event or daily; `opens`: the emergency step
    this person may open with one click (ruling 27)."""

    name: str
    when: Expression | None
    at: str
    to: str
    opens: str
    labels: Mapping[str, str]
    source: str
    interpretation: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    list_name: str
    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A channel for complaints, as the public standard names it."""

    channel: str
    address: str
    kind: str
    response_limit: int | None
    response_unit: str
    role: str


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day off. `estimate`: not decreed yet."""

    date: date
    labels: Mapping[str, str]
    kind: str
    decree: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the public standard, word for word. `about`: target (group, paper) or the document it names."""

    name: str
    source: str
    text: str
    labels: Mapping[str, str]
    about: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A question that got another name in a newer version of its form, or one of its choices (ruling 31).

    Cases that began under an older SOP version go on reading `field` and `choice`. `new_field` is `field` itself
    where only a choice changed; `choice` and `new_choice` are blank where the question's choices stayed.
    """

    form: str
    field: str
    new_field: str
    choice: str
    new_choice: str
    row: Cells = dataclasses.field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Test:
    """One row of `tests`: a form with answers on a day, and what must be so afterwards (None: not asked)."""

    case: str
    at: date | None
    form: str
    answers: Mapping[str, str]
    facts: Mapping[str, str]
    expect_open: tuple[str, ...] | None
    expect_decision: tuple[str, ...] | None
    expect_close: str | None
    expect_alert: tuple[str, ...] | None
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Sop:
    """One SOP version. Two readings are never equal: what is worked out from one is kept by its identity."""

    sop_id: str
    title: str
    version: str
    decree_no: str
    office: str
    service_time: int | None
    service_time_unit: str
    service_time_text: str
    legal_basis: str
    clock_start: str | Expression
    cost: str
    product: str
    case_type: str
    case_label: Expression | None
    person_key: tuple[str, ...]
    assign_by: str
    confidential: bool
    default_language: str
    source_file: str
    roles: tuple[Role, ...]
    forms: tuple[FormUse, ...]
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    routes: tuple[Route, ...]
    documents: tuple[Paper, ...]
    alerts: tuple[Alert, ...]
    tests: tuple[Test, ...]
    requirements: tuple[Said, ...]
    products: tuple[Said, ...]
    complaints: tuple[Complaint, ...]
    calendar: tuple[FreeDay, ...]
    choices: tuple[Choice, ...]
    renames: tuple[Rename, ...]
    row: Cells = field(repr=False)

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def routes_from(self, step: str) -> tuple[Route, ...]:
        """The arrows that leave a step, in sheet order."""
        return tuple(route for route in self.routes if route.from_step == step)

    def form(self, form_id: str) -> FormUse | None:
        """The form of that id; its short name (without `<sop_id>_`, ruling 19) is understood too."""
        return next((f for f in self.forms if form_id in (f.form_id, self.short(f.form_id))), None)

    def short(self, form_id: str) -> str:
        """`abh_asesmen` -> `asesmen`."""
        return form_id.removeprefix(f"{self.sop_id}_")

    @property
    def intakes(self) -> tuple[FormUse, ...]:
        """The forms that open a case."""
        return tuple(form for form in self.forms if form.opens_case)

    @property
    def readings(self) -> tuple[Step | Route | Alert, ...]:
        """Everything that is our interpretation, not the words of the SOP."""
        items: tuple[Step | Route | Alert, ...] = (*self.steps, *self.routes, *self.alerts)
        return tuple(item for item in items if item.interpretation)


def read(workbook: Workbook) -> tuple[Sop | None, tuple[Finding, ...]]:
    """The SOP of a workbook and everything wrong with its cells; no SOP when a finding is an error.

    Codes `sop.*`: missing_sheet, no_headings, no_rows, missing_column, missing_value, formula, excel_fault, bad_name,
    bad_option, bad_number, bad_yes_no, bad_day, bad_expression, same_name, same_column, unknown_column,
    one_settings_row.
    """
    reader = Reader("sop", own=frozenset(name for sheet, also in SHEETS.items() for name in (sheet, *also)))
    sheets = {name: _rows(reader, workbook, name) for name in SHEETS}
    for name in ("settings", "steps"):
        sheet = workbook.sheet(name, *SHEETS[name])
        if sheet is not None and not sheet.rows:
            reader.add("no_rows", sheet.place(), sheet=sheet.name)
    settings = sheets["settings"]
    if len(settings) != 1:
        place = settings[1].place("sop_id") if settings else None
        if settings:
            reader.add("one_settings_row", place, rows=len(settings))
        if not settings:
            return None, tuple(reader.findings)
    sop = _sop(settings[0], sheets)
    for items in (sop.roles, sop.forms, sop.facts, sop.steps, sop.routes, sop.documents, sop.alerts):
        reader.unique(items)
    return (None if has_errors(reader.findings) else sop), tuple(reader.findings)


def digest(workbook: Workbook) -> str:
    """The hash of what the SOP and its letters say: equal for a workbook saved again without a change."""
    return tables.content(workbook, {**SHEETS, **dict.fromkeys(_letters(workbook), ())})


def _letters(workbook: Workbook) -> tuple[str, ...]:
    """The sheets its documents name as their letters, in a fixed order."""
    sheet = workbook.sheet("documents", *SHEETS["documents"])
    columns = COLUMNS["documents"].names
    named = {
        row.text(column, *columns[column])
        for row in (sheet.rows if sheet else ())
        for column in ("template", "name")
        if row.text("template", *columns["template"])
    }
    own = {fold(name) for known, also in SHEETS.items() for name in (known, *also)}
    return tuple(sorted(name for name in named if name and fold(name) not in own and workbook.sheet(name)))


def _rows(reader: Reader, book: Workbook, name: str) -> list[Cells]:
    needed = name in ("settings", "roles", "forms", "steps", "routes")
    return reader.rows(book, (name, *SHEETS[name]), COLUMNS[name], needed=needed)


def _expression(row: Cells, column: str) -> Expression | None:
    text = row.text(column)
    if not text:
        return None
    try:
        return parse(text, sop=True)
    except ExpressionError as error:
        more = {**error.args_, "problem": error.code, "at": error.column, "column": column, "value": text}
        row.reader.add("bad_expression", row.place(column), "error", **more)
        return None


def _clock_start(row: Cells) -> str | Expression:
    """The step that starts the clock, by its code, or an expression."""
    text = row.text("clock_start")
    if not text or tables.is_name(text):
        return text
    return _expression(row, "clock_start") or ""


def _sop(row: Cells, sheets: Mapping[str, list[Cells]]) -> Sop:
    return Sop(
        sop_id=row.name("sop_id"),
        title=row.needed("title"),
        version=row.needed("version"),
        decree_no=row.text("decree_no"),
        office=row.needed("office"),
        service_time=row.whole("service_time", MOST_LIMIT),
        service_time_unit=row.one_of("service_time_unit", UNITS, "working_day"),
        service_time_text=row.text("service_time_text"),
        legal_basis=row.text("legal_basis"),
        clock_start=_clock_start(row),
        cost=row.text("cost"),
        product=row.text("product"),
        case_type=row.text("case_type") or row.text("sop_id"),
        case_label=_expression(row, "case_label"),
        person_key=row.words("person_key"),
        assign_by=row.text("assign_by"),
        confidential=row.yes("confidential", default=True),
        default_language=row.text("default_language") or "id",
        source_file=row.text("source_file"),
        roles=tuple(map(_role, sheets["roles"])),
        forms=tuple(map(_form, sheets["forms"])),
        facts=tuple(map(_fact, sheets["facts"])),
        steps=tuple(map(_step, sheets["steps"])),
        routes=tuple(map(_route, sheets["routes"])),
        documents=tuple(map(_paper, sheets["documents"])),
        alerts=tuple(map(_alert, sheets["alerts"])),
        tests=tuple(map(_test, sheets["tests"])),
        requirements=tuple(_said(item, "target") for item in sheets["requirements"]),
        products=tuple(_said(item, "document") for item in sheets["products"]),
        complaints=tuple(map(complaint, sheets["complaints"])),
        calendar=tuple(day for day in map(free_day, sheets["calendar"]) if day),
        choices=tuple(Choice(item.name("list_name"), item.needed("name"), item.labels()) for item in sheets["choices"]),
        renames=tuple(map(_rename, sheets["renames"])),
        row=row,
    )


def _role(row: Cells) -> Role:
    return Role(
        name=row.name(),
        labels=row.labels(),
        stated_in_source=row.yes("stated_in_source"),
        may_override=row.yes("may_override"),
        may_close=row.yes("may_close"),
        may_reopen=row.yes("may_reopen"),
        deputy=row.text("deputy"),
        scope=row.one_of("scope", _SCOPES, "office"),
        row=row,
    )


def _form(row: Cells) -> FormUse:
    opens = row.text("opens_case")
    if opens.casefold() in tables.YES:
        opens = "yes"
    elif opens.casefold() in tables.NO:
        opens = ""
    return FormUse(
        form_id=row.name("form_id"),
        labels=row.labels(),
        opens_case=opens,
        case_field=row.text("case_field"),
        person_fields=row.words("person_fields"),
        event_date=row.text("event_date"),
        min_version=row.text("min_version"),
        record=row.one_of("record", _RECORDS, ""),
        row=row,
    )


def _fact(row: Cells) -> Fact:
    return Fact(
        name=row.name(),
        calculation=_expression(row, "calculation"),
        type=row.one_of("type", _TYPES, "text"),
        labels=row.labels(),
        note=row.text("note"),
        row=row,
    )


def _percent(row: Cells, column: str) -> int | None:
    """`80%`, `80` or what a cell formatted as per cent holds (`0.8`)."""
    text = row.text(column)
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*(%?)", text)
    share = float(match[1].replace(",", ".")) if match else 0.0
    if match and not match[2] and share <= 2:
        share *= 100
    if not 0 < share <= MOST_PERCENT:
        row.wrong("bad_number", column, most=MOST_PERCENT)
        return None
    return round(share)


def _step(row: Cells) -> Step:
    clock = row.one_of("clock", _CLOCKS, "service")
    kind = row.one_of("kind", _KINDS, "form")
    return Step(
        name=row.name(),
        source=row.text("source"),
        source_text=row.text("source_text"),
        labels=row.labels(),
        kind=kind,
        form=row.text("form"),
        role=row.text("role"),
        assign_to=row.words("assign_to"),
        choose=row.one_of("choose", _CHOOSE, "one"),
        repeat=row.one_of("repeat", _REPEAT, "once"),
        max_visits=row.whole("max_visits", MOST_VISITS),
        not_before=_expression(row, "not_before"),
        limit=row.whole("limit", MOST_LIMIT),
        limit_unit=row.one_of("limit_unit", UNITS, "working_day"),
        limit_from=row.one_of("limit_from", _FROM, "clock" if clock == "service" and kind != "wait" else "step"),
        clock=clock,
        escalate_to=row.text("escalate_to"),
        escalate_at=_percent(row, "escalate_at"),
        join=row.one_of("join", _JOIN, "any"),
        same_as=row.text("same_as"),
        confirm_by=row.text("confirm_by"),
        recorded_by=row.words("recorded_by"),
        participants=row.text("participants"),
        interpretation=row.text("interpretation"),
        row=row,
    )


def _route(row: Cells) -> Route:
    return Route(
        name=row.name(),
        from_step=row.needed("from"),
        when=_expression(row, "when"),
        to=row.needed("to"),
        close_reason=row.text("close_reason"),
        protective=row.whole("protective"),
        labels=row.labels(),
        source=row.text("source"),
        interpretation=row.text("interpretation"),
        row=row,
    )


def _paper(row: Cells) -> Paper:
    text = row.text("required").casefold()
    plain = text in tables.YES or text in tables.NO or not text
    always = text in tables.YES or (not text and bool(row.text("blocks")))
    return Paper(
        name=row.name(),
        labels=row.labels(),
        direction=row.one_of("direction", _DIRECTIONS, "out"),
        step=row.needed("step"),
        required=always if plain else (_expression(row, "required") or False),
        blocks=row.text("blocks"),
        template=row.text("template"),
        number_format=row.text("number_format"),
        signed_by=row.text("signed_by"),
        copies_to=row.text("copies_to"),
        to_authority=row.yes("to_authority"),
        source=row.text("source"),
        row=row,
    )


def _alert(row: Cells) -> Alert:
    row.needed("when")
    return Alert(
        name=row.name(),
        when=_expression(row, "when"),
        at=row.one_of("at", _MOMENTS, "event"),
        to=row.needed("to"),
        opens=row.text("opens"),
        labels=row.labels(),
        source=row.text("source"),
        interpretation=row.text("interpretation"),
        row=row,
    )


def complaint(row: Cells) -> Complaint:
    """A row of a complaints sheet, the SOP's own or the office's."""
    return Complaint(
        channel=row.needed("channel"),
        address=row.text("address"),
        kind=row.one_of("kind", COMPLAINT_KINDS, "offline"),
        response_limit=row.whole("response_limit", MOST_LIMIT),
        response_unit=row.one_of("response_unit", UNITS, "working_day"),
        role=row.text("role"),
    )


def free_day(row: Cells) -> FreeDay | None:
    """A row of a calendar sheet, the SOP's own or the office's."""
    row.needed("date")
    day = row.day("date")
    kind = row.one_of("kind", DAY_KINDS, "libur_daerah")
    return FreeDay(day, row.labels(), kind, row.text("decree"), row.yes("estimate")) if day else None


def _said(row: Cells, about: str) -> Said:
    return Said(row.name(), row.text("source"), row.needed("text"), row.labels(), row.text(about))


def _rename(row: Cells) -> Rename:
    choice = row.text("choice")
    new_field = row.text("new_field") if choice else row.needed("new_field")
    return Rename(
        form=row.needed("form"),
        field=row.needed("field"),
        new_field=new_field or row.text("field"),
        choice=choice,
        new_choice=row.needed("new_choice") if choice else "",
        row=row,
    )


def _test(row: Cells) -> Test:
    answers: dict[str, str] = {}
    facts: dict[str, str] = {}
    for header, cell in row.row.items():
        if header.startswith("#") or row.columns.known(header):
            continue
        if header.startswith("fakta:"):
            facts[header.removeprefix("fakta:").strip()] = cell.text
        else:
            answers[header] = cell.text
    return Test(
        case=row.needed("case"),
        at=row.day("at"),
        form=row.needed("form"),
        answers=answers,
        facts=facts,
        expect_open=row.words("expect_open") or None,
        expect_decision=row.words("expect_decision") or None,
        expect_close=row.text("expect_close") or None,
        expect_alert=row.words("expect_alert") or None,
        row=row,
    )
