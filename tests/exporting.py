"""A form with everything that makes reading back hard, published in an office, and submissions of it."""

from collections.abc import Mapping

from tests.books import from_markdown
from tests.office import Answer, Office

FORM = "survei_keluarga"
BOOK = """
| survey |
| | type | name | label | parameters |
| | start | mulai | | |
| | text | nama | Nama | |
| | integer | umur | Umur | |
| | decimal | pendapatan | Pendapatan | |
| | date | lahir | Tanggal lahir | |
| | time | jam | Jam | |
| | datetime | saat | Saat | |
| | select_one jk | jk | Jenis kelamin | |
| | select_multiple bantuan or_other | bantuan | Bantuan | |
| | rank bantuan2 | urutan | Urutan | |
| | geopoint | titik | Titik | |
| | geotrace | jalan | Jalan | |
| | geoshape | lahan | Lahan | |
| | image | foto | Foto | |
| | begin_group | rumah | Rumah | |
| | text | nama | Nama rumah | |
| | text | KEY | Kunci | |
| | text | label | Label | |
| | end_group | | | |
| | begin_group | orang_tua | Orang tua | |
| | text | nama | Nama orang tua | |
| | end_group | | | |
| | begin_repeat | orang | Orang | |
| | text | nama_orang | Nama | |
| | integer | umur_orang | Umur | |
| | begin_group | rincian | Rincian | |
| | begin_repeat | penyakit | Penyakit | |
| | text | nama_penyakit | Nama penyakit | |
| | integer | tahun-sakit | Tahun | |
| | end_repeat | | | |
| | end_group | | | |
| | end_repeat | | | |
| | text | tahun-sakit | Tahun sakit | |
| | text | tahun_sakit | Tahun sakit | |
| | audit | audit | | |
| choices |
| | list_name | name | label |
| | jk | L | Laki-laki |
| | jk | P | Perempuan |
| | bantuan | k1 | Kartu satu |
| | bantuan | k10 | Kartu sepuluh |
| | bantuan | pkh | PKH |
| | bantuan2 | k1 | Kartu satu |
| | bantuan2 | k10 | Kartu sepuluh |
| settings |
| | form_id | version | form_title |
| | survei_keluarga | 1 | Survei keluarga |
"""

META = "<orx:meta><orx:instanceID>{instance}</orx:instanceID>{more}</orx:meta>"


def publish(office: Office, book: str = BOOK) -> None:
    """Publishes the form, or another one, as the admin does by the API."""
    path = f"/v1/projects/{office.project}/forms"
    made = office.as_("rina").post(f"{path}?publish=true&ignoreWarnings=true", from_markdown(book))
    assert made.status == 200, made.text


def publish_next(office: Office, book: str, form: str = FORM) -> None:
    """Publishes the next version of the form."""
    path = f"/v1/projects/{office.project}/forms/{form}/draft"
    made = office.as_("rina").post(f"{path}?ignoreWarnings=true", from_markdown(book))
    assert made.status == 200, made.text
    made = office.as_("rina").post(f"{path}/publish")
    assert made.status == 200, made.text


def base(office: Office, form: str = FORM) -> str:
    return f"/v1/projects/{office.project}/forms/{form}"


def instance(number: int) -> str:
    return f"uuid:{number:08d}-1111-4111-8111-111111111111"


def xml(number: int, answers: str, *, version: str = "1", form: str = FORM, more: str = "", key: str = "") -> bytes:
    """A submission around these answers, as Collect writes it."""
    meta = META.format(instance=key or instance(number), more=more)
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" id="{form}"'
        f' version="{version}">{answers}{meta}</data>'
    ).encode()


def send(office: Office, data: bytes, form: str = FORM, name: str = "sri") -> None:
    sent = office.as_(name).post(f"{base(office, form)}/submissions", data)
    assert sent.status == 200, sent.text


def read(office: Office, path: str, form: str = FORM, name: str = "hadi", **headers: str) -> Answer:
    return office.as_(name).get(base(office, form) + path, **headers)


def rows(office: Office, table: str = "Submissions", options: str = "") -> list[Mapping]:
    got = read(office, f".svc/{table}{options}")
    assert got.status == 200, got.text
    return got.json["value"]
