"""What each question of the shipped instruments tells is said in their workbooks (UU 27/2022, UU 11/2012)."""

from functools import cache

from forms import schema, xlsform
from forms.schema import Field
from server.cases import privacy
from tests.core.instruments import rows
from xlsforms.book import read
from xlsforms.build import ROOT

BOOKS = sorted(path for path in ROOT.glob("*/*/*.xlsx") if path.name != "sop.xlsx")
ASK_NOBODY = ("note", "begin", "end", "start", "today", "deviceid", "username", "audit")
TYPES = {"text": "string", "calculate": "string", "image": "binary", "audio": "binary", "file": "binary"}
LABEL = "label::Indonesian (id)"
PLAIN = {
    "arsip_kurang", "bantuan_item", "bapas", "berkas_kurang", "biaya_item", "dijamin_lanjut", "dinsos_asal_lain",
    "instansi", "instansi_lain", "item_nama", "item_satuan", "item_target", "kelas", "kasus_sebelumnya", "kasus_serupa",
    "lokasi_arsip", "materi_uraian", "npsn", "rencana_sumber_dana", "rujuk_ke_lain", "rujukan_lain", "tema", "tiket",
    "tugas", "tujuan_sesi", "unit",
}  # fmt: skip
"""Free texts that are about the office's work and not about a person; a new one is judged before it is added here."""


@cache
def asked() -> tuple[Field, ...]:
    """The questions of all instruments by the cells of their workbooks."""
    found = []
    for path in BOOKS:
        for row in rows(read(path)["survey"]):
            kind = row["type"].split()[0]
            if not kind.startswith(ASK_NOBODY):
                kind = "select" if kind.startswith("select_one") else TYPES.get(kind, kind)
                labels = {"id": row[LABEL]} if row.get(LABEL) else {}
                level = row["bind::alur:sensitivity"]
                found.append(
                    Field(f"/{path.stem}/{row['name']}", row["name"], "field", kind, labels=labels, sensitivity=level)
                )
    return tuple(found)


def test_every_question_says_how_sensitive_its_answers_are() -> None:
    assert len(asked()) > 2_000
    levels = {"public", "internal", "personal", "sensitive", "secret"}
    assert [item.path for item in asked() if item.sensitivity not in levels] == []


def test_nobody_who_takes_many_answers_away_reads_what_was_written_about_a_child() -> None:
    """Texts stay whole only where the workbook says that they are the office's own: letters, institutions."""
    whole = {item.name for item in asked() if item.type == "string" and item.labels and not privacy.kind_of(item)}
    told = {item.name for item in asked() if privacy.kind_of(item) in ("sensitive", "secret")}
    assert len(whole) > len(PLAIN)
    assert whole & told == set()
    assert {"patokan", "kronologi", "sekolah", "nama_sekolah", "luka", "hamil", "napza", "agama"} <= told
    assert {"ims_hiv_status", "trauma", "foto_luka", "jenis_perbuatan", "pasal", "ttd_klien", "cap_jempol"} <= told
    assert {
        name for name in whole if not name.startswith(("no_", "kode_", "p1_", "p2_", "peserta_", "saksi_"))
    } == PLAIN


def test_who_works_on_a_case_reads_all_but_the_few_that_are_restricted() -> None:
    closed = {item.name for item in asked() if privacy.kind_of(item) == "secret"}
    assert closed == {
        "catatan_rahasia", "foto_luka", "ims_hiv_status", "kesehatan_reproduksi", "tes_kesehatan", "trauma",
        "trauma_pelaku", "trauma_waktu",
    }  # fmt: skip


def test_phones_and_the_server_read_the_same_word() -> None:
    book = ROOT / "kota_pasuruan" / "abh" / "abh_laporan_awal.xlsx"
    made = xlsform.convert(book.read_bytes())
    assert made.xform, made.findings
    read_form = schema.read(made.xform)
    levels = {item.name: item.sensitivity for item in read_form.fields}
    # A question another one pre-fills stands twice in the form; it is called what its own row says.
    assert read_form.field("/identitas/nama_lengkap").labels["Indonesian (id)"] == "Nama lengkap"
    assert (levels["nama_lengkap"], levels["patokan"], levels["kelurahan"]) == ("personal", "sensitive", "internal")
