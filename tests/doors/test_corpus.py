"""Every kind of form an office can write, from the workbook to the phone and back: nothing is lost on the way."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from forms import submission
from forms.schema import read as read_schema
from server.access import OPERATOR
from server.actions.users import add_user
from server.store import Store
from tests import corpus
from tests.books import from_rows
from tests.corpus import filling, reading
from tests.office import PASSWORD, Answer, Client, running
from tests.phone.collect import Instance, Phone
from tests.phone.seeds import differences
from tests.world import Clock, Databases

SEEDS = range(1, 1 + int(os.environ.get("ALUR_SEEDS", "2")))
RINA = "rina@korpus.test"
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The published corpus, a phone, and what it has sent."""

    rina: Client
    phone: Phone
    sent: Mapping[str, list[Instance]]

    def get(self, form_id: str, path: str = "") -> Answer:
        return self.rina.get(f"/v1/projects/1/forms/{form_id}{path}")


@pytest.fixture(scope="module")
def made(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("korpus") / "data"
    database = databases.prepared("corpus", filling.settle, "sqlite", folder)
    store = Store(database.data, clock=Clock())
    add_user(store, OPERATOR, RINA, role="admin", project_id=None, name="Rina Kartika", password=PASSWORD)
    with running(store) as address:
        phone = filling.phone(store, address)
        yield Corpus(Client(address, RINA), phone, filling.fill(phone, SEEDS))
    store.close()


@pytest.mark.parametrize("form_id", corpus.FORM_IDS)
def test_what_a_phone_wrote_comes_back_to_the_byte_and_every_answer_has_its_type(made: Corpus, form_id: str) -> None:
    schema = read_schema(made.get(form_id, ".xml").text)
    for instance in made.sent[form_id]:
        assert instance.status == 201, instance.message
        kept = made.get(form_id, f"/submissions/{instance.instance_id}.xml")
        assert kept.body == instance.xml
        read = submission.read(instance.xml, schema)
        assert read.unknown == ()
        assert read.mistyped == ()
        assert list(differences(instance.xml, read.paths, schema)) == []
        answered = {element.text for element in submission.parse(instance.xml).iter() if element.text}
        assert set(instance.files) <= answered


@pytest.mark.parametrize("form_id", corpus.FORM_IDS)
def test_every_file_comes_back_and_none_is_missing(made: Corpus, form_id: str) -> None:
    for instance in made.sent[form_id]:
        listed = made.get(form_id, f"/submissions/{instance.instance_id}/attachments").json
        assert {row["name"] for row in listed if row["exists"]} == set(instance.files)
        assert all(row["exists"] for row in listed)
        for name, data in instance.files.items():
            assert made.get(form_id, f"/submissions/{instance.instance_id}/attachments/{name}").body == data


@pytest.mark.parametrize("form_id", corpus.FORM_IDS)
def test_every_answer_is_in_the_csv_and_in_odata_in_its_row_with_its_type(made: Corpus, form_id: str) -> None:
    schema = read_schema(made.get(form_id, ".xml").text)
    taken = made.get(form_id, "/submissions.csv.zip?guard=false&attachments=false")
    told = made.get(form_id, ".svc/Submissions?$expand=*")
    assert (taken.status, told.status) == (200, 200)
    in_tables = reading.rows_of(taken.body)
    in_feed = {row["__id"]: row for row in told.json["value"]}
    keys = set()
    for instance in made.sent[form_id]:
        answers = list(reading.said(instance.xml, schema, instance.instance_id))
        assert answers
        keys |= {one.key for one in answers}
        assert [one for one in answers if not reading.in_csv(one, in_tables[one.key])] == []
        assert [one for one in answers if not reading.in_odata(one, in_feed[instance.instance_id])] == []
    assert keys <= set(in_tables)
    assert {key.partition("/")[0] for key in in_tables} == {sent.instance_id for sent in made.sent[form_id]}


def test_a_phone_gets_every_file_its_forms_name(made: Corpus) -> None:
    media = corpus.media()
    held: dict[str, bytes] = {}
    for installed in made.phone.installed.values():
        held |= {name: data for name, (_, data) in installed.files.items()}
    assert held.keys() - {"itemsets.csv"} == media.keys()
    assert all(held[name] == data for name, data in media.items())
    assert b"gadingrejo" in held["itemsets.csv"]


def test_the_rows_forms_make_reach_the_lists_of_other_phones(made: Corpus) -> None:
    rows = made.phone.sync().rows("warga")
    assert len(rows) >= len(SEEDS)
    assert {"nama_lengkap", "umur", "geometry", "jenis_kelamin"} <= rows[0].keys()


def test_a_form_with_files_is_published_by_a_program(made: Corpus) -> None:
    """Draft, then each file, then the publication, as pyodk does it."""
    forms = "/v1/projects/1/forms"
    sheets = corpus.sheets(corpus.text_of("korpus_cari"))
    sheets["settings"][1][0] = "korpus_kiriman"
    book = from_rows(sheets)
    again = made.rina.ask("POST", f"{forms}?ignoreWarnings=true", book, XLSX)
    assert again.status == 200, again.text
    draft = f"{forms}/korpus_kiriman/draft"
    wanted = {row["name"]: row["exists"] for row in made.rina.get(f"{draft}/attachments").json}
    assert wanted == {"obat.csv": False, "kampung_lama.csv": False}
    assert made.rina.post(f"{draft}/publish").status == 400
    for name in wanted:
        assert made.rina.ask("POST", f"{draft}/attachments/{name}", b"kode,label\npct,Parasetamol\n").status == 200
    refused = made.rina.post(f"{draft}/publish").json["details"]["findings"]
    assert {(one["code"], one["sheet"]) for one in refused} == {("media.missing_column", name) for name in wanted}
    for name in wanted:
        assert made.rina.ask("POST", f"{draft}/attachments/{name}", corpus.media()[name]).status == 200
    assert made.rina.post(f"{draft}/publish").json == {"success": True}
    assert made.rina.get(f"{forms}/korpus_kiriman.xlsx").body == book
