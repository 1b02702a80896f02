"""Workbooks made to hurt, or damaged the ways real ones are: each with what a publisher must be told at the least."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.books import from_rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SETTINGS = [["form_id", "version", "form_title"], ["musuh", "1", "Musuh"]]
SURVEY = [["type", "name", "label"], ["text", "nama", "Nama"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000
SHEET = "xl/worksheets/sheet2.xml"
"""The part of the survey sheet."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file as it is uploaded. `code`: the finding it must give at the least (None: it is harmless after all)."""

    name: str
    make: Callable[[], bytes]
    code: str | None


def book(survey: object = SURVEY, **sheets: object) -> bytes:
    return from_rows({"settings": SETTINGS, "survey": survey, **sheets})  # type: ignore[dict-item]


def repacked(change: Mapping[str, bytes | None], data: bytes | None = None) -> bytes:
    """A good form with some parts of the file replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or book())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in change if name not in old.namelist())]:
            part = change[name] if name in change else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book())) as held:
        return held.read(name)


def edited(name: str, old: bytes, new: bytes) -> bytes:
    text = part(name)
    assert old in text, (name, old)
    return repacked({name: text.replace(old, new)})


def _sheet(rows: bytes, more: bytes = b"") -> bytes:
    return repacked(
        {SHEET: b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (MAIN.encode(), rows, more)}
    )


def _cells(count: int) -> bytes:
    cells = b"".join(b"<c><v>%d</v></c>" % (number * 7919) for number in range(count))
    return _sheet(b"<row>" + cells + b"</row>")


def _flipped() -> bytes:
    data = bytearray(book())
    at = data.index(b"PK\x03\x04", 10) + 60
    for place in range(at, at + 40):
        data[place] ^= 0xFF
    return bytes(data)


def _encrypted_zip() -> bytes:
    data = bytearray(book())
    for found in re.finditer(b"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1
    for found in re.finditer(b"PK\x03\x04", bytes(data)):
        data[found.start() + 6] |= 1
    return bytes(data)


def _twice() -> bytes:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


def _deep(levels: int) -> bytes:
    rows = [["type", "name", "label"]]
    rows += [["begin_group", f"g{level}", "G"] for level in range(levels)]
    rows += [["text", "a", "A"], *([["end_group", None, None]] * levels)]
    return book(rows)


def _relevant() -> bytes:
    """A condition of a megabyte."""
    return b" or ".join(b"${nama} = %d" % (number * 7919) for number in range(50_000))


def _relevants(count: int) -> list[list[str | None]]:
    """So many conditions of the longest that Excel holds, less a little."""
    long = "${nama} = 'x' or " * 1_800 + "1 = 1"
    return [["type", "name", "label", "relevant"], ["text", "nama", "Nama", None]] + [
        ["text", f"b{number}", "B", long] for number in range(count)
    ]


def _shared_strings(text: bytes) -> bytes:
    cell = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    strings = b'<sst xmlns="%s" count="1" uniqueCount="1"><si><t>%s</t></si></sst>' % (MAIN.encode(), text)
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), cell)
    types = part("[Content_Types].xml").replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
        b'.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    return repacked({SHEET: sheet, "xl/sharedStrings.xml": strings, "[Content_Types].xml": types})


def _many_names() -> bytes:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2_000):
            archive.writestr(f"xl/media/gambar{number}.png", b"")
    return out.getvalue()


_BOMB = b"<row/>" * 4_000_000
_MERGED = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
_LINK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    b'Target="http://10.0.0.1/rahasia.xlsx" TargetMode="External"/></Relationships>'
)

HOSTILE: tuple[Hostile, ...] = (
    Hostile("kosong", lambda: b"", "workbook.empty"),
    Hostile("teks", lambda: b"type,name,label\ntext,nama,Nama\n", "workbook.not_xlsx"),
    Hostile("html", lambda: b"<html><table><tr><td>type</td></tr></table></html>", "workbook.not_xlsx"),
    Hostile("pdf", lambda: b"%PDF-1.7\n%%EOF", "workbook.not_xlsx"),
    Hostile("acak", lambda: bytes(range(256)) * 400, "workbook.not_xlsx"),
    Hostile("excel lama", lambda: OLE, "workbook.old_format"),
    Hostile("terkunci sandi", lambda: OLE + b"EncryptedPackage", "workbook.old_format"),
    Hostile("zip bersandi", _encrypted_zip, "workbook.not_xlsx"),
    Hostile("zip lain", lambda: repacked({"xl/workbook.xml": None}), "workbook.not_xlsx"),
    Hostile("docx", lambda: repacked({"xl/workbook.xml": None, "word/document.xml": b"<a/>"}), "workbook.not_xlsx"),
    Hostile("xlsb", lambda: repacked({"xl/workbook.xml": None, "xl/workbook.bin": b"\x83\x01"}), "workbook.not_xlsx"),
    Hostile("ods", lambda: repacked({"xl/workbook.xml": None, "content.xml": b"<a/>"}), "workbook.not_xlsx"),
    Hostile("terpotong separuh", lambda: book()[: len(book()) // 2], "workbook.not_xlsx"),
    Hostile("terpotong di ujung", lambda: book()[:-30], "workbook.not_xlsx"),
    Hostile("kepala saja", lambda: book()[:40], "workbook.not_xlsx"),
    Hostile("isi terbalik", _flipped, "workbook.unreadable"),
    Hostile("terlalu besar", lambda: book() + b"\0" * 17 * 2**20, "workbook.too_large"),
    Hostile("bom zip", lambda: repacked({SHEET: _BOMB}), "workbook.bomb"),
    Hostile("bom di gambar", lambda: repacked({"xl/media/a.png": b"\0" * 70 * 2**20}), "workbook.bomb"),
    Hostile("dua ribu bagian", _many_names, "workbook.bomb"),
    Hostile("sejuta sel", lambda: _cells(1_000_000), "workbook.too_many_cells"),
    Hostile(
        "sel di pojok",
        lambda: _sheet(b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'),
        "workbook.too_many_cells",
    ),
    Hostile("sel sepanjang sejuta huruf", lambda: _shared_strings(b"x" * 1_000_000), "workbook.long_cell"),
    Hostile("gabungan seluruh lembar", lambda: _sheet(b'<row r="1"><c><v>1</v></c></row>', _MERGED), "xlsform."),
    Hostile(
        "doctype di lembar",
        lambda: repacked({SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part(SHEET)}),
        "workbook.doctype",
    ),
    Hostile(
        "sejuta entitas",
        lambda: repacked(
            {
                "xl/workbook.xml": b'<!DOCTYPE lol [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                + part("xl/workbook.xml")
            }
        ),
        "workbook.doctype",
    ),
    Hostile(
        "entitas dari berkas",
        lambda: repacked({"docProps/core.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        "workbook.doctype",
    ),
    Hostile(
        "doctype utf-16",
        lambda: repacked({SHEET: '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}),
        "workbook.doctype",
    ),
    Hostile("lembar bukan xml", lambda: repacked({SHEET: b"bukan xml"}), "workbook.unreadable"),
    Hostile("lembar hilang", lambda: repacked({SHEET: None}), "xlsform.no_survey"),
    Hostile("lembar kosong", lambda: repacked({SHEET: b""}), "workbook."),
    Hostile("daftar isi hilang", lambda: repacked({"[Content_Types].xml": None}), "workbook.unreadable"),
    Hostile("daftar isi rusak", lambda: repacked({"[Content_Types].xml": b"<Types"}), "workbook.unreadable"),
    Hostile(
        "jenis isi salah",
        lambda: repacked(
            {
                "[Content_Types].xml": re.sub(
                    rb'ContentType="[^"]*"', b'ContentType="text/plain"', part("[Content_Types].xml")
                )
            }
        ),
        "workbook.unreadable",
    ),
    Hostile("hubungan hilang", lambda: repacked({"xl/_rels/workbook.xml.rels": None}), "workbook."),
    Hostile(
        "hubungan ke luar",
        lambda: edited("xl/_rels/workbook.xml.rels", b"/xl/worksheets/sheet2.xml", b"http://10.0.0.1/a.xml"),
        "xlsform.no_survey",
    ),
    Hostile(
        "hubungan ke atas",
        lambda: edited("xl/_rels/workbook.xml.rels", b"/xl/worksheets/sheet2.xml", b"../../../etc/passwd"),
        "xlsform.no_survey",
    ),
    Hostile(
        "tautan ke buku kerja lain",
        lambda: repacked(
            {
                "xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="%s"/>' % MAIN.encode(),
                "xl/externalLinks/_rels/externalLink1.xml.rels": _LINK,
            }
        ),
        None,
    ),
    Hostile("nama bagian dengan ..", lambda: repacked({"../../../../tmp/jahat.xml": b"<a/>"}), None),
    Hostile("nama bagian mutlak", lambda: repacked({"/etc/cron.d/jahat": b"* * * * * root true"}), None),
    Hostile("bagian dua kali", _twice, "xlsform."),
    Hostile("makro", lambda: repacked({"xl/vbaProject.bin": OLE}), None),
    Hostile("gaya hilang", lambda: repacked({"xl/styles.xml": None}), None),
    Hostile("gaya tanpa batas", lambda: _sheet(b'<row r="1"><c s="999999"><v>1</v></c></row>'), "workbook.unreadable"),
    Hostile("baris dengan nomor salah", lambda: edited(SHEET, b'<row r="2">', b'<row r="x">'), "workbook.unreadable"),
    Hostile("sel dengan alamat salah", lambda: edited(SHEET, b'r="B2"', b'r="22B"'), "workbook."),
    Hostile(
        "tanpa lembar survey", lambda: from_rows({"settings": SETTINGS, "lain": [["x"], ["y"]]}), "xlsform.no_survey"
    ),
    Hostile("tanpa baris", lambda: book([["type", "name", "label"]]), "xlsform.no_questions"),
    Hostile("lembar kosong saja", lambda: from_rows({"survey": []}), "xlsform."),
    Hostile(
        "tanggal di luar kalender", lambda: _sheet(b'<row r="1"><c t="d"><v>9999-99-99</v></c></row>'), "workbook."
    ),
    Hostile("angka tak terhingga", lambda: _sheet(b'<row r="1"><c><v>1e99999</v></c></row>'), "xlsform."),
    Hostile("kelompok seribu tingkat", lambda: _deep(1_000), "xlsform."),
    Hostile("syarat semegabita di satu sel", lambda: _shared_strings(_relevant()), "workbook.long_cell"),
    Hostile("ribuan syarat panjang", lambda: book(_relevants(30)), None),
    Hostile("huruf kendali", lambda: edited(SHEET, b"Nama", b"Na&#1;ma"), "workbook.unreadable"),
    Hostile("nama yang bukan nama", lambda: book([*SURVEY, ["text", "../../etc/passwd", "A"]]), "xlsform.bad_name"),
    Hostile("nama markup", lambda: book([*SURVEY, ["text", "<script>", "A"]]), "xlsform.bad_name"),
    Hostile("label markup", lambda: book([*SURVEY, ["text", "a", "<script>alert(1)</script> & ]]>"]]), None),
    Hostile("lingkaran acuan", lambda: book([*SURVEY, ["calculate", "a", None], ["calculate", "a", None]]), "xlsform."),
)
