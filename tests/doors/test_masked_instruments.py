"""What a shipped instrument asks of a child leaves as its workbook says, in whosoever's hands (decisions 33 and 36).

Sri's and Tono's colleagues take many answers away; Dewi counts; Hadi answers for the section.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exporting import read
from tests.office import Office, open_office, settle
from tests.photos import jpeg
from tests.reads import readings
from tests.sending import follow_up, intake
from tests.sending import send as send_parts
from tests.world import Clock, Databases

FORM = "abh_asesmen"
FOUND = {
    "kronologi": "Dipukul ayah tirinya di rumah dekat Masjid Al Falah",
    "luka": "memar",
    "sekolah": "smpn_7_pasuruan",
    "hamil": "ya",
    "keluhan": "Takut pulang ke rumah",
}
REPORTED = {"nama_lengkap": "Rizki Aditya Pratama", "patokan": "belakang Toko Makmur", "jenis_perbuatan": "pencurian"}
WOUND, FACE = "luka.jpg", "wajah.jpg"
WORDS = ("Falah", "memar", "smpn_7", "Takut", "Makmur", "pencurian")


@pytest.fixture(scope="module")
def survey(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A reported child whom Sri assessed, with photos of the face and of a wound."""
    folder: Path = tmp_path_factory.mktemp("masked") / "office"
    database = databases.prepared("office", settle, "sqlite", folder)
    with open_office(database, Clock()) as office:
        phone = office.phone_url()
        case, first = intake(office.schema("abh_laporan_awal"), **REPORTED)
        assert send_parts(phone, first).status == 201
        told = {**FOUND, "foto_luka": WOUND, "foto_wajah": FACE}
        assessed = follow_up(office.schema(FORM), case, told, instance="uuid:asesmen")
        assert send_parts(phone, assessed, {WOUND: jpeg(), FACE: jpeg()}).status == 201
        office.kept = case  # type: ignore[attr-defined]
        yield office
    databases.drop(database)


def ways_out(office: Office, who: str) -> str:
    told = []
    for form in (FORM, "abh_laporan_awal"):
        for path in ("/submissions.csv", ".svc/Submissions?$expand=*", "/submissions"):
            answer = read(office, path, form, who)
            assert answer.status == 200
            told.append(answer.text)
    told.append(read(office, "/submissions/uuid:asesmen", FORM, who).text)
    told.append(office.as_(who).get(f"/v1/projects/{office.project}/datasets/kasus_abh/entities.csv").text)
    return "\n".join(told)


def test_findings_about_a_child_leave_only_with_who_answers_for_the_section(survey: Office) -> None:
    taken = {who: ways_out(survey, who) for who in ("hadi", "sri", "tono", "dewi")}
    leaks = {who: [word for word in WORDS if word in text] for who, text in taken.items()}
    assert leaks == {"hadi": list(WORDS), "sri": [], "tono": [], "dewi": []}
    assert all("2026-03-02" in text for text in taken.values())


def test_photos_of_wounds_stay_where_the_face_may_go(survey: Office) -> None:
    def photos(who: str) -> set[str]:
        with zipfile.ZipFile(io.BytesIO(read(survey, "/submissions.csv.zip", FORM, who).body)) as packed:
            return {name for name in packed.namelist() if name.startswith("media/")}

    assert photos("hadi") == {f"media/{WOUND}", f"media/{FACE}"}
    assert photos("sri") == {f"media/{FACE}"}
    assert photos("dewi") == set()
    here = "/submissions/uuid:asesmen/attachments"
    assert read(survey, f"{here}/{FACE}", FORM, "sri").status == 200
    refused = read(survey, f"{here}/{WOUND}", FORM, "sri")
    assert (refused.status, "X-Action-Notes" in refused.json["message"]) == (403, True)
    assert read(survey, f"{here}/{WOUND}", FORM, "sri", **{"X-Action-Notes": "visum"}).status == 200
    assert readings(survey.store)[-1].what == "unmasked:uuid:asesmen visum"
    assert read(survey, f"{here}/{WOUND}", FORM, "hadi").status == 200
