"""What tells who somebody is, and how much of it lists and first glances show (ruling 40)."""

import pytest

from forms.schema import Field
from server.cases.privacy import about, in_list, kind_of, masked


def asked(name: str, kind: str = "string", sensitivity: str = "") -> Field:
    return Field(f"/{name}", name, "field", kind, sensitivity=sensitivity)


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("nama_lengkap", "string", "name"),
        ("pelapor_nama", "string", "name"),
        ("nama_sekolah", "string", ""),
        ("wilayah_nama", "string", ""),
        ("agt_nik", "string", "identity"),
        ("no_kk", "string", "identity"),
        ("pelapor_hp", "string", "contact"),
        ("alamat", "string", "address"),
        ("tgl_lahir", "date", "birth"),
        ("tgl_kegiatan", "date", ""),
        ("tanggal_lahir", "string", "birth"),
        ("berat_lahir", "decimal", ""),
        ("nama1", "string", "name"),
        ("nik2", "int", "identity"),
        ("namaLengkap", "string", "name"),
        ("NIKAnak", "string", "identity"),
        ("noHP", "string", "contact"),
        ("namaSekolah", "string", ""),
        ("lokasi", "geopoint", "place"),
        ("foto", "binary", "file"),
        ("inisial", "string", ""),
        ("alamat_berubah", "select", ""),
    ],
)
def test_a_question_is_known_by_its_name_and_type(name: str, kind: str, wanted: str) -> None:
    assert kind_of(asked(name, kind)) == wanted


def test_a_form_may_say_it_itself() -> None:
    assert kind_of(asked("catatan", sensitivity="secret")) == "secret"
    assert kind_of(asked("ciri", sensitivity="personal")) == "name"
    assert kind_of(asked("nama_program_anak", sensitivity="public")) == ""


def test_lists_show_initials_years_and_masked_numbers() -> None:
    assert in_list("name", "Rizky Saputra Wijaya") == "R.S.W."
    assert in_list("birth", "2012-05-04") == "2012"
    assert in_list("birth", "Banjar, 04-05-2012") == "2012"
    assert in_list("birth", "4 Mei") == ""
    assert in_list("identity", "3273010101010001") == "3273********0001"
    assert in_list("contact", "081234567890") == "********890"
    assert in_list("address", "Jl. Melati 3") == ""
    assert in_list("", "laporan") == "laporan"


def test_a_short_number_shows_nothing_of_itself() -> None:
    assert masked("identity", "12345") == "********"
    assert masked("contact", "110") == ""


def test_a_place_is_told_to_a_kilometre() -> None:
    assert about("-7.645123 112.907456 0 5.0") == "-7.65 112.91"
    assert about("-7.645123 112.907456 0 0;-7.7 113.0 0 0") == "-7.65 112.91"
    assert about("entah") == ""
