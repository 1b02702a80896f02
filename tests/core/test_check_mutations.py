"""A good workbook damaged in every way the checker knows: each damage is found, on the cell that is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from server.locale.findings import words
from tests.core.damaged_books import LANSIA_FORMS, Book, abh, lansia

EVERY_CODE = {f"E{number:02}" for number in range(1, 23)}


@dataclass(frozen=True)
class Damage:
    """`what` happened to the workbook, the finding it must give, and the cell: sheet, row by name, column."""

    what: str
    code: str
    at: tuple[str, str, str]
    do: Callable[[Book], None]
    base: Callable[[], Book] = lansia
    level: str = "error"


def put(sheet: str, name: str, column: str, value: object) -> Callable[[Book], None]:
    return lambda book: book.set(sheet, name, column, value)


def drop(sheet: str, name: str) -> Callable[[Book], None]:
    return lambda book: book.drop(sheet, name)


def all_of(*acts: Callable[[Book], None]) -> Callable[[Book], None]:
    def act(book: Book) -> None:
        for one in acts:
            one(book)

    return act


def asked(form_id: str, **change: tuple[str, tuple[str, ...]] | None) -> Callable[[Book], None]:
    """The form with some questions of another type or other choices, or (None) left blank by officers."""
    kinds = {name: value for name, value in change.items() if value is not None}
    blank = tuple(name for name, value in change.items() if value is None)
    questions = [(name, *kinds.get(name, (kind, choices))) for name, kind, choices in LANSIA_FORMS[form_id]]
    return lambda book: book.ask(form_id, *questions, blank=blank)


def published_before(form_id: str) -> Callable[[Book], None]:
    def act(book: Book) -> None:
        book.before[form_id] = book.schemas[form_id]

    return act


def another_name(form_id: str, old: str, new: str | None) -> Callable[[Book], None]:
    """A shipped form whose question has another name, or is gone."""

    def act(book: Book) -> None:
        schema = book.schemas[form_id]
        fields = (replace(f, name=new or old) if f.name == old else f for f in schema.fields)
        book.schemas[form_id] = replace(schema, fields=tuple(f for f in fields if new or f.name != old))

    return act


def without(form_id: str, name: str) -> Callable[[Book], None]:
    return lambda book: book.ask(form_id, *(item for item in LANSIA_FORMS[form_id] if item[0] != name))


def fork_into_ends(book: Book) -> None:
    """A client under 60 who needs a doctor gets one, and then nothing is open any more."""
    book.set("routes", "r01", "when", "${usia} >= 60")
    book.set("routes", "r03", "to", "end_branch")


DAMAGES = (
    Damage("alur menuju langkah yang tidak ada", "E01", ("routes", "r01", "to"), put("routes", "r01", "to", "s33")),
    Damage(
        "alur membaca isian yang salah eja",
        "E01",
        ("routes", "r13", "when"),
        put("routes", "r13", "when", "${puliih} = 'ya'"),
    ),
    Damage("peran langkah salah eja", "E01", ("steps", "s03", "role"), put("steps", "s03", "role", "peksoz")),
    Damage("formulir langkah salah eja", "E01", ("steps", "s04", "form"), put("steps", "s04", "form", "bantuann")),
    Damage(
        "surat pada langkah yang tidak ada",
        "E01",
        ("documents", "surat_rujukan", "step"),
        put("documents", "surat_rujukan", "step", "s99"),
    ),
    Damage("peringatan kepada peran yang tidak ada", "E01", ("alerts", "a1", "to"), put("alerts", "a1", "to", "camat")),
    Damage(
        "uji memakai isian yang tidak ada",
        "E01",
        ("tests", "u1", "perlu_mediz"),
        put("tests", "u1", "perlu_mediz", "ya"),
    ),
    Damage(
        "fakta membaca isian yang tidak ada",
        "E01",
        ("facts", "miskin", "calculation"),
        put("facts", "miskin", "calculation", "${penghasilan} < 300000"),
    ),
    Damage(
        "kasus dibagi menurut isian yang tidak ada",
        "E01",
        ("settings", "lansia", "assign_by"),
        put("settings", "lansia", "assign_by", "keluraan"),
    ),
    Damage(
        "kasus dibagi menurut angka",
        "E01",
        ("settings", "lansia", "assign_by"),
        put("settings", "lansia", "assign_by", "usia"),
    ),
    Damage(
        "kasus dibagi menurut isian yang baru ditanyakan kemudian",
        "E01",
        ("settings", "lansia", "assign_by"),
        put("settings", "lansia", "assign_by", "lembaga"),
        level="warning",
    ),
    Damage(
        "kasus dibagi menurut pilihan yang tidak menunjuk siapa pun",
        "E12",
        ("settings", "lansia", "assign_by"),
        put("settings", "lansia", "assign_by", "perlu_medis"),
        level="warning",
    ),
    Damage("pilihan salah eja", "E02", ("routes", "r13", "when"), put("routes", "r13", "when", "${pulih} = 'iya'")),
    Damage(
        "berat tindakan salah eja",
        "E02",
        ("routes", "r07", "when"),
        put(
            "routes", "r07", "when", "${usia_saat_kejadian} >= 12 and ${abh_konferensi_kasus#berat_tindakan} = 'beratt'"
        ),
        abh,
    ),
    Damage("pilihan diurutkan", "E03", ("routes", "r13", "when"), put("routes", "r13", "when", "${pulih} > 3")),
    Damage(
        "tanggal dibandingkan dengan teks",
        "E03",
        ("alerts", "a1", "when"),
        put("alerts", "a1", "when", "${tgl_laporan} < '2020-01-01'"),
    ),
    Damage(
        "teks diurutkan",
        "E03",
        ("alerts", "a1", "when"),
        put("alerts", "a1", "when", "${inisial} < 'M'"),
        level="warning",
    ),
    Damage("langkah tanpa alur masuk", "E04", ("steps", "s04", "name"), drop("routes", "r04")),
    Damage("langkah 3 ABH tanpa alur masuk", "E04", ("steps", "s03", "name"), put("routes", "r02", "to", "s04"), abh),
    Damage(
        "langkah tanpa alur keluar",
        "E05",
        ("steps", "s09", "name"),
        drop("routes", "r15"),
    ),
    Damage("kasus tidak pernah ditutup", "E05", ("steps", "s13a", "name"), put("routes", "r20", "to", "s13"), abh),
    Damage(
        "semua cabang hanya berakhir",
        "E05",
        ("steps", "s01", "name"),
        put("routes", "r15", "to", "end_branch"),
    ),
    Damage(
        "usia 12 tanpa aturan",
        "E06",
        ("steps", "s06", "name"),
        put("routes", "r07", "when", "${usia_saat_kejadian} > 12 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'"),
        abh,
    ),
    Damage(
        "usia 60 tanpa aturan",
        "E06",
        ("steps", "s06", "name"),
        put("routes", "r10", "when", "${usia} > 60 and ${hasil} = 'dipantau'"),
    ),
    Damage("cabang tanpa aturan", "E06", ("steps", "s03", "name"), drop("routes", "r06")),
    Damage("dua aturan untuk usia 60", "E07", ("routes", "r10", "when"), put("routes", "r09", "when", "${usia} <= 60")),
    Damage(
        "dua aturan untuk tujuan yang belum tercapai",
        "E07",
        ("routes", "r17", "when"),
        put("routes", "r16", "when", "${tujuan_tercapai} != 'x'"),
        abh,
    ),
    Damage(
        "syarat yang mustahil",
        "E08",
        ("routes", "r13", "when"),
        put("routes", "r13", "when", "${pulih} = 'ya' and ${pulih} = 'tidak'"),
    ),
    Damage(
        "aturan yang selalu didahului",
        "E08",
        ("routes", "r14", "when"),
        all_of(put("steps", "s08", "choose", "first"), put("routes", "r13", "when", "${pulih} != ''")),
        level="warning",
    ),
    Damage(
        "aturan kembar",
        "E09",
        ("routes", "r13b", "when"),
        lambda book: book.add("routes", name="r13b", **{"from": "s08"}, when="${pulih} = 'ya'", to="s09", source="9"),
        level="note",
    ),
    Damage(
        "dua baris yang dapat menjadi satu",
        "E09",
        ("routes", "r09b", "when"),
        all_of(
            put("routes", "r09", "when", "${usia} < 50"),
            lambda book: book.add(
                "routes",
                name="r09b",
                **{"from": "s06"},
                when="${usia} >= 50 and ${usia} < 60",
                to="s09",
                protective="1",
                source="6",
            ),
        ),
        level="note",
    ),
    Damage(
        "putaran tanpa orang",
        "E10",
        ("steps", "s10", "name"),
        all_of(
            lambda book: book.add("steps", name="s10", source="10", kind="auto", repeat="loop"),
            put("routes", "r14", "to", "s10"),
            lambda book: book.add(
                "routes", name="r17", **{"from": "s10"}, when="${pulih} = 'tidak'", to="s10", source="10"
            ),
            lambda book: book.add(
                "routes", name="r18", **{"from": "s10"}, when="${pulih} = 'ya'", to="s09", source="10"
            ),
        ),
    ),
    Damage(
        "putaran tanpa jarak",
        "E11",
        ("steps", "s08", "max_visits"),
        put("steps", "s08", "not_before", ""),
        level="warning",
    ),
    Damage(
        "putaran yang jalan keluarnya mustahil",
        "E11",
        ("steps", "s08", "name"),
        all_of(put("routes", "r13", "to", "s08"), put("routes", "r14", "to", "s08")),
    ),
    Damage("langkah tanpa peran", "E12", ("steps", "s04", "role"), put("steps", "s04", "role", "")),
    Damage(
        "tidak ada petugas berperan supervisor",
        "E12",
        ("steps", "s09", "role"),
        lambda book: book.held.remove("supervisor"),
        level="warning",
    ),
    Damage("langkah lebih lama dari layanan", "E13", ("steps", "s06", "limit"), put("steps", "s06", "limit", "6")),
    Damage(
        "jalan lebih lama dari layanan",
        "E13",
        ("steps", "s06", "limit"),
        all_of(put("steps", "s06", "limit_from", "step"), put("steps", "s06", "limit", "3")),
    ),
    Damage(
        "surat memakai isian yang tidak ada",
        "E14",
        ("surat", "Kepada", "nomor"),
        lambda book: book.sheets["surat"].append({"nomor": "Kepada ${lembagaa}"}),
    ),
    Damage(
        "surat memakai kata yang tidak ada",
        "E14",
        ("surat", "Kepada", "nomor"),
        lambda book: book.sheets["surat"].append({"nomor": "Nomor ${surat.nomer}"}),
    ),
    Damage(
        "surat memerlukan jawaban yang belum ditanya",
        "E14",
        ("surat", "Kepada", "nomor"),
        lambda book: book.sheets["surat"].append({"nomor": "Hasil ${pulih}"}),
    ),
    Damage(
        "syarat surat membaca jawaban yang belum ditanya",
        "E14",
        ("documents", "surat_rujukan", "required"),
        put("documents", "surat_rujukan", "required", "${pulih} = 'ya'"),
    ),
    Damage(
        "nama surat salah eja",
        "E14",
        ("documents", "surat_rujukan", "template"),
        put("documents", "surat_rujukan", "template", "suratt"),
    ),
    Damage(
        "surat dari program membaca pertanyaan yang berganti nama",
        "E14",
        ("documents", "ba_penanganan", "template"),
        another_name("abh_asesmen", "masalah_utama", "masalah_utama2"),
        abh,
        level="warning",
    ),
    Damage(
        "surat dari program membaca pertanyaan yang dihapus",
        "E14",
        ("documents", "ba_penanganan", "template"),
        another_name("abh_asesmen", "kondisi_emosi", None),
        abh,
        level="note",
    ),
    Damage(
        "pertanyaan yang boleh kosong", "E15", ("routes", "r13", "when"), asked("pantau", pulih=None), level="warning"
    ),
    Damage(
        "pertanyaan yang tidak ditanya di semua jalan",
        "E15",
        ("routes", "r09", "when"),
        put("routes", "r09", "when", "${usia} < 60 and ${jenis_bantuan} != 'x'"),
        level="warning",
    ),
    Damage(
        "jarak kunjungan belum ditanya",
        "E15",
        ("steps", "s07", "not_before"),
        put("steps", "s07", "not_before", "string-length(${jenis_bantuan})"),
        level="warning",
    ),
    Damage("tunggu tanpa orang dan tanggal", "E16", ("steps", "s07", "role"), put("steps", "s07", "not_before", "")),
    Damage("gabung tanpa cabang", "E17", ("steps", "s01", "join"), put("steps", "s01", "join", "all")),
    Damage(
        "cabang berakhir padahal tidak bercabang",
        "E17",
        ("routes", "r05", "to"),
        put("routes", "r05", "to", "end_branch"),
        abh,
    ),
    Damage("hanya cabang yang berakhir yang terbuka", "E17", ("routes", "r02", "to"), fork_into_ends),
    Damage(
        "menutup selagi cabang terbuka",
        "E17",
        ("steps", "s01", "choose"),
        put("routes", "r03", "to", "end_branch"),
        level="note",
    ),
    Damage(
        "dua cabang yang masing-masing menutup",
        "E17",
        ("steps", "s01", "choose"),
        put("routes", "r03", "to", "close"),
        level="warning",
    ),
    Damage(
        "tafsir tanpa isi",
        "E18",
        ("routes", "r02", "interpretation"),
        put("routes", "r02", "interpretation", "tafsir D1"),
    ),
    Damage("langkah SOP hilang", "E18", ("steps", "s01", "source"), put("steps", "s04", "source", "3")),
    Damage("langkah 12 SOP 003 hilang", "E18", ("steps", "s01", "source"), put("steps", "s12", "source", "11"), abh),
    Damage(
        "hitungan antara dua isian",
        "E19",
        ("routes", "r09", "when"),
        all_of(
            put("routes", "r09", "when", "${usia} < ${jarak}"),
            put("routes", "r10", "when", "${usia} >= ${jarak} and ${hasil} = 'dipantau'"),
        ),
        level="note",
    ),
    Damage(
        "pola teks",
        "E19",
        ("routes", "r13", "when"),
        put("routes", "r13", "when", "contains(${pulih}, 'y')"),
        level="note",
    ),
    Damage(
        "langkah pada putaran hanya sekali", "E20", ("steps", "s08", "repeat"), put("steps", "s08", "repeat", "once")
    ),
    Damage(
        "konferensi 003 hanya sekali", "E20", ("steps", "s06", "repeat"), put("steps", "s06", "repeat", "once"), abh
    ),
    Damage(
        "urutan perlindungan kosong", "E22", ("routes", "r09", "protective"), put("routes", "r09", "protective", "")
    ),
    Damage(
        "urutan perlindungan kembar", "E22", ("routes", "r10", "protective"), put("routes", "r10", "protective", "1")
    ),
    Damage(
        "urutan perlindungan 003 kosong",
        "E22",
        ("routes", "r06", "protective"),
        put("routes", "r06", "protective", ""),
        abh,
    ),
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.code} {damage.what}")
def test_each_damage_is_found_on_its_cell(damage: Damage) -> None:
    book = damage.base()
    damage.do(book)
    at = "surat!A4" if damage.at[0] == "surat" else book.address(*damage.at)
    found = book.findings()
    assert (f"sop.{damage.code}", damage.level, at) in {
        (f.code, f.level, f.place.address if f.place else "") for f in found
    }, [(f.code, f.place.address if f.place else "") for f in found]
    for finding in found:
        for language in ("id", "en"):
            wrong, repair = words(finding, language)
            assert wrong != finding.code
            assert repair
            assert "–" not in wrong + repair or "expected" in finding.args, (finding, wrong, repair)


@pytest.mark.parametrize("base", [lansia, abh], ids=["lansia", "abh"])
def test_the_undamaged_workbooks_have_nothing_to_tick(base: Callable[[], Book]) -> None:
    assert [f for f in base().findings() if f.level != "note"] == []


RUNNING = (
    ("pertanyaan hilang", without("pantau", "pulih"), {"problem": "missing", "name": "pulih"}),
    (
        "pertanyaan berganti nama",
        lambda b: b.ask("pantau", ("sudah_pulih", "select", ("ya", "tidak"))),
        {"problem": "missing", "nearest": "sudah_pulih"},
    ),
    (
        "pertanyaan berganti jenis",
        asked("pantau", pulih=("int", ())),
        {"problem": "retyped", "was": "choice", "now": "integer"},
    ),
    ("pilihan hilang", asked("pantau", pulih=("select", ("ya", "belum"))), {"problem": "choice", "value": "tidak"}),
)


@pytest.mark.parametrize(("what", "change", "args"), RUNNING, ids=[item[0] for item in RUNNING])
def test_a_form_that_running_cases_still_need_names_those_cases(
    what: str, change: Callable[[Book], None], args: dict[str, str]
) -> None:
    book = lansia()
    published_before("pantau")(book)
    change(book)
    found = [f for f in book.findings() if f.code == "sop.E21"]
    assert [f.level for f in found] == ["error"], what
    said = {name: found[0].args[name] for name in args}
    assert said == args
    assert (found[0].args["cases"], found[0].args["version"]) == (3, "1")
    assert "LANSIA/2026/0002" in str(found[0].args["numbers"])
    for language in ("id", "en"):
        assert "–" not in "".join(words(found[0], language))


def test_a_rename_row_cures_a_renamed_question_and_a_renamed_choice() -> None:
    book = lansia()
    published_before("pantau")(book)
    book.ask("pantau", ("sudah_pulih", "select", ("ya", "belum")))
    book.add("renames", form="pantau", field="pulih", new_field="sudah_pulih", choice="", new_choice="")
    assert {f.args.get("problem") for f in book.findings() if f.code == "sop.E21"} == {"choice"}
    book.add("renames", form="pantau", field="pulih", new_field="sudah_pulih", choice="tidak", new_choice="belum")
    assert [f for f in book.findings() if f.code == "sop.E21"] == []


def test_new_words_and_new_questions_disturb_no_running_case() -> None:
    book = lansia()
    published_before("pantau")(book)
    book.ask("pantau", ("pulih", "select", ("ya", "tidak", "belum_jelas")), ("catatan", "string", ()))
    assert [f for f in book.findings() if f.code == "sop.E21"] == []


def test_no_code_is_left_out() -> None:
    assert {damage.code for damage in DAMAGES} | {"E21"} == EVERY_CODE
