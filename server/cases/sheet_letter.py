"""A letter written in a sheet of the SOP workbook, filled with what its case knows (sop-engine.md 4, ruling 26)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from forms.expression import Expression, ExpressionError, Name, boolean, evaluate, parse
from forms.letter_sheet import LetterSheet, Line
from forms.sop import CASE
from forms.sop import Paper as PaperRow
from forms.values import Answers, Value, from_json
from reports import words
from reports.letters.surat.values import Bagian, Baris, Isi, Kosong, Surat, SuratLembar, TandaTangan
from server.cases.letter import Sources, initials
from server.sop.events import Event
from server.sop.state import Visit

_WRITTEN = re.compile(r"(\$\{[^}]*\})")
_PLACE = re.compile(r"-?\d+\.\d+ -?\d+\.\d+( .*)?")
# A calculated question tells a day as text.
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])(T[\d:.+Z-]*)?")
_BLOCKS = {
    "paragraph": "paragraf",
    "heading": "subjudul",
    "middle": "tengah",
    "page": "halaman",
}


@dataclass(frozen=True, slots=True)
class Written:
    """Which letter: its sheet, its row in `documents`, and the step visit it belongs to."""

    sheet: LetterSheet
    paper: PaperRow
    visit: Visit | None


def sheet_letter(sources: Sources, written: Written) -> dict[str, object]:
    """Values of `reports.letters` kind `surat`; number and check code are added when it is issued.

    What the case does not know stays a marked gap.
    """
    return asdict(_Filler(sources, written).letter())


class _Filler:
    def __init__(self, sources: Sources, written: Written) -> None:
        self.from_ = sources
        self.written = written
        self.told = tuple(_told(sources, written.visit))
        self.words = self._words()
        self.lines = tuple(line for line in written.sheet.lines if self.holds(line.when))

    def letter(self) -> SuratLembar:
        from_ = self.from_
        return SuratLembar(
            kantor=from_.office,
            surat=self.head(),
            penandatangan=from_.head,
            judul=self.plain("title"),
            kepada=tuple(self.fill(row) for line in self.of("to") for row in line.text.split("\n")),
            bagian=tuple(self.blocks()),
            tanda_tangan=tuple(TandaTangan(line.caption, self.fill(line.text)) for line in self.of("sign")),
            tempat=next((self.fill(line.text) for line in self.of("place")), ()),
            mengetahui=any(True for _ in self.of("witness")),
            tembusan=tuple(self.fill(line.text) for line in self.of("copy")),
        )

    def head(self) -> Surat:
        usual = "Rahasia" if self.from_.sop.confidential else "Biasa"
        return Surat(
            nomor="",
            tanggal=self.from_.day.isoformat(),
            perihal=self.plain("subject") or self.words["surat.perihal"],
            sifat=self.plain("secrecy") or usual,
            kode="",
            alamat_periksa="",
            lampiran=self.plain("attachment") or "-",
        )

    def of(self, part: str) -> Iterator[Line]:
        return (line for line in self.lines if line.part == part)

    def plain(self, part: str) -> str:
        """The text of the first such line as plain text, with gaps as dots."""
        line = next(self.of(part), None)
        pieces = self.fill(line.text) if line else ()
        return "".join("……" if isinstance(piece, Kosong) else piece for piece in pieces)

    def blocks(self) -> Iterator[Bagian]:
        """Lines in order; items that follow each other make one list."""
        kind = ""
        rows: list[Baris] = []
        for line in self.lines:
            item = ("daftar" if line.caption else "nomor") if line.part == "item" else ""
            if kind and item != kind:
                yield Bagian(kind, baris=tuple(rows))
                rows = []
            kind = item
            if item:
                rows.append(Baris(self.fill(line.text), line.caption))
            elif line.part in _BLOCKS:
                yield Bagian(_BLOCKS[line.part], self.fill(line.text))
        if kind:
            yield Bagian(kind, baris=tuple(rows))

    def holds(self, when: Expression | None) -> bool:
        if when is None:
            return True
        moment = datetime.combine(self.from_.day, time())
        try:
            return boolean(evaluate(when, lambda name: self.value(name)[1], today=self.from_.day, now=moment))
        except ExpressionError:
            return False

    def fill(self, text: str) -> Isi:
        """The text with its names filled in; a gap for every name nobody has answered."""
        pieces: list[str | Kosong] = []
        for piece in filter(None, _WRITTEN.split(text)):
            said = self.said(piece[2:-1].strip()) if _WRITTEN.fullmatch(piece) else piece
            if pieces and isinstance(said, str) and isinstance(pieces[-1], str):
                pieces[-1] += said
            else:
                pieces.append(said)
        return tuple(pieces)

    def said(self, name: str) -> str | Kosong:
        if "." in name and name in self.words:
            return self.words[name] or Kosong(_in_words(name.partition(".")[2]))
        try:
            tree = parse(f"${{{name}}}", sop=True).tree
        except ExpressionError:
            return Kosong(_in_words(name))
        form, value = self.value(tree) if isinstance(tree, Name) else ("", "")
        return self.text(form, name.rpartition("#")[2], value) or Kosong(_in_words(name.rpartition("#")[2]))

    def value(self, name: Name) -> tuple[str, Value]:
        """What the case knows under a name and which form told it; blank for what nobody answered."""
        sop = self.from_.sop
        step = sop.step(name.form) if name.form else None
        if name.form == CASE:
            return "", self.words.get(f"kasus.{name.field}", "")
        if step is not None and not step.form:
            visit = self.from_.state.visit(step.name)
            return "", str(getattr(visit, name.field, None) or "") if visit else ""
        asked = sop.form(step.form if step else name.form) if name.form else None
        for form, answers in reversed(self.told):
            if (asked is None or form == asked.form_id) and answers.get(name.field) not in (None, "", [], ()):
                return form, answers[name.field]
        if name.form is None and name.field in self.from_.state.facts:
            return "", from_json(self.from_.state.facts[name.field])
        return "", ""

    def text(self, form: str, name: str, value: Value) -> str:
        """An answer as letters write it."""
        if isinstance(value, Mapping):
            return "; ".join(filter(None, (self.text(form, key, inner) for key, inner in value.items())))
        if isinstance(value, list | tuple):
            return "; ".join(filter(None, (self.text(form, name, inner) for inner in value)))
        if isinstance(value, datetime):
            clock = f", pukul {words.clock(value)}" if value.tzinfo else ""
            return f"{words.date_long(value.date())}{clock}"
        if isinstance(value, date):
            return words.date_long(value)
        if isinstance(value, bool):
            return "ya" if value else "tidak"
        if isinstance(value, int | float):
            return words.number(value)
        plain = str(value or "").strip()
        if _DAY.fullmatch(plain):
            return words.date_long(date.fromisoformat(plain[:10]))
        return "" if _PLACE.fullmatch(plain) else self.label(form, name, plain)

    def label(self, form: str, name: str, value: str) -> str:
        if not value:
            return ""
        # A form may only carry the answer on that another one asked: the words are with the question.
        forms = dict.fromkeys([*([form] if form else []), *(use.form_id for use in self.from_.sop.forms)])
        found = (self.from_.label(known, name, value) for known in forms)
        return next((label for label in found if label != value), value)

    def _words(self) -> dict[str, str]:
        """The words of ruling 26. The number is known only when the letter is issued: `reports` prints it."""
        from_, visit = self.from_, self.written.visit
        step = from_.sop.step(visit.step) if visit else None
        done = (visit.done_on or visit.opened_on) if visit else ""
        by = next((event.actor for event in from_.events if visit and event.id == visit.event_id), None)
        office, head = from_.office, from_.head
        return {
            "surat.nomor": NUMBER,
            "surat.tanggal": words.date_long(from_.day),
            "surat.perihal": self.written.paper.labels.get("id", self.written.paper.name),
            "penandatangan.nama": head.nama,
            "penandatangan.nip": words.nip(head.nip),
            "penandatangan.jabatan": head.jabatan,
            "kantor.pemerintah": office.pemerintah,
            "kantor.nama": office.nama,
            "kantor.alamat": office.alamat,
            "kantor.kontak": office.kontak,
            "kantor.tempat": office.tempat,
            "kasus.nomor": from_.number,
            "kasus.label": from_.state.label,
            "kasus.inisial": initials(from_.state.facts),
            "kasus.dibuka": words.date_long(date.fromisoformat(from_.state.opened_on[:10])),
            "kasus.manajer": from_.manager.nama,
            "kasus.nip_manajer": words.nip(from_.manager.nip),
            "kasus.jabatan_manajer": from_.manager.jabatan,
            "langkah.nama": step.labels.get("id", step.name) if step else "",
            "langkah.tanggal": words.date_long(date.fromisoformat(done[:10])) if done else "",
            "langkah.petugas": from_.people.get(by or "", "") or from_.manager.nama,
        }


NUMBER = "\ufff9nomor\ufffb"
"""Stands where the letter's own number belongs, until it has one."""


def numbered(values: Mapping[str, object], number: str) -> dict[str, object]:
    """The values with the letter's number wherever its text names it."""

    def fill(value: object) -> object:
        if isinstance(value, str):
            return value.replace(NUMBER, number)
        if isinstance(value, Mapping):
            return {key: fill(inner) for key, inner in value.items()}
        return [fill(inner) for inner in value] if isinstance(value, list | tuple) else value

    return {name: fill(value) for name, value in values.items()}


def _told(sources: Sources, own: Visit | None) -> Iterator[tuple[str, Answers]]:
    """The answers of every placed form in the order of the visits, those of the letter's own step last."""
    newest: dict[str, Event] = {}
    for event in sources.events:
        if event.answers:
            key = event.instance_id or event.id
            known = newest.get(key)
            if known is None or event.revision >= known.revision:
                newest[key] = event
    reports = (report.instance_id for report in sources.state.reports)
    visits = sorted(sources.state.visits, key=lambda visit: own is not None and visit.key == own.key)
    keys = [*reports, *(visit.instance_id or visit.event_id or "" for visit in visits)]
    # A form that told of several visits counts where it came last.
    for key in reversed(list(dict.fromkeys(reversed(keys)))):
        told = newest.get(key)
        if told is not None and told.form:
            yield told.form, told.answers


def _in_words(name: str) -> str:
    return name.replace("_", " ").strip()
