"""Who gets what, at every address of the pages and of the phones: one row each, and no address without a row.

What programs may is in test_api_roles.
"""

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from sqlalchemy import select

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.users import add_user, disable_user
from server.app import create_app
from server.settings import Settings
from server.store import cases, documents, forms, jobs, projects, reports, submissions
from server.store.schema import dumps
from tests.browsing import Visitor, signed_in, visitor
from tests.office import PASSWORD, SECRET, XLSFORMS, Client, Office
from tests.sending import intake, send

FIRST = "uuid:11111111-1111-4111-8111-111111111111"
# Who asks, in the order of the letters of a row: a stranger; somebody whose account was disabled while signed in;
# petugas, peksos, staf_datin, supervisor and admin of the office; an officer and the supervisor of another one.
WHO = ("stranger", "gone", "ana", "sri", "dewi", "hadi", "rina", "bambang", "lia")
# What is answered: + it is done or shown; ? what was sent is wrong or not complete; > to the sign-in; x 403, not yours
# to do; 0 404, as if it were not there.
PAGES = {
    "GET /": ">>+++++++",
    "GET /aset/<path:name>": "000000000",
    "GET /buku-kerja/<kind>/<int:version_id>": ">>+++++00",
    "GET /dokumen": ">>+++++00",
    "GET /dokumen/<int:document_id>": ">>++x++00",
    "GET /formulir": ">>+++++++",
    "GET /formulir/<path:code>": ">>+++++00",
    "GET /formulir/xform/<int:version_id>": ">>+++++00",
    "GET /isi/<token>": "+++++++++",
    "GET /isi/formulir/<int:form_row>": ">>+++++00",
    "GET /isi/kiriman/<int(max=9223372036854775807):submission_id>": ">>+++++00",
    "GET /isi/kiriman/<int(max=9223372036854775807):submission_id>/formulir.xml": ">>+++++00",
    "GET /isi/kiriman/<int(max=9223372036854775807):submission_id>/media/<path:name>": ">>0000000",
    "GET /isi/pratinjau/<int:form_row>": ">>xxx++00",
    "GET /isi/pratinjau/<int:form_row>/draf": ">>0000000",
    "GET /isi/versi/<int:version_id>/<path:name>": ">>0000000",
    "GET /kasus": ">>+++++00",
    "GET /kasus/<case_id>": ">>+++++00",
    "GET /kasus/<case_id>/banding": ">>+++++00",
    "GET /kasus/<case_id>/coba-jawaban": ">>+++++00",
    "GET /kasus/<case_id>/pindah-versi": ">>xxxx+00",
    "GET /kasus/<case_id>/pindaian/<event_id>": ">>0000000",
    "GET /kiriman/<int(max=9223372036854775807):submission_id>": ">>+++++00",
    "GET /kiriman/<int(max=9223372036854775807):submission_id>/berkas/<path:name>": ">>x+x++00",
    "GET /laporan": ">>+++++00",
    "GET /laporan/rekap.xlsx": ">>+++++00",
    "GET /laporan/terbitan/<int:issue_id>": ">>+++++00",
    "GET /masuk": "+++++++++",
    "GET /pengumpulan/<int:form_row>": ">>000++00",
    "GET /periksa": "+++++++++",
    "GET /periksa/<code>": "000000000",
    "GET /petugas": ">>++++000",
    "GET /petugas/ponsel": ">>xxx++x0",
    "GET /petugas/ponsel/<int:phone_id>": ">>000++00",
    "GET /petugas/ponsel/kartu": ">>xxx++x0",
    "GET /petugas/ponsel/pengaturan": ">>000++00",
    "GET /sandi": ">>+++++++",
    "GET /sandi/collect": ">>+++++++",
    "GET /sop": ">>+++++++",
    "GET /sop/<code>": ">>+++++00",
    "GET /sop/<code>/alur.svg": ">>+++++00",
    "GET /sop/<code>/coba": ">>0000+00",
    "GET /sop/<code>/coba/<int:job_id>": ">>0000+00",
    "GET /sop/<code>/coba/<int:job_id>/hasil.xlsx": ">>0000000",
    "GET /sop/<code>/pindah-versi": ">>0000+00",
    "GET /sop/<code>/pindah-versi/<int:job_id>": ">>0000+00",
    "GET /templat/formulir/<kind>": ">>+++++++",
    "GET /templat/sop": ">>+++++00",
    "GET /templat/sop/<code>": ">>+++++00",
    "GET /terbitkan/<int:job_id>": ">>0000+00",
    "GET /terbitkan/<int:job_id>/berkas/<int:number>": ">>0000+00",
    "GET /tugas": ">>+++++++",
    "GET /tugas/<task_id>/perbaikan": ">>0000000",
    "GET /tugas/<task_id>/perbaikan/berkas/<path:name>": ">>0000000",
    "POST /formulir/versi/<int:version_id>/lagi": ">>xxxx+00",
    "POST /isi/<token>/kirim": "?????????",
    "POST /isi/formulir/<int:form_row>/kirim": ">>?????00",
    "POST /isi/kiriman/<int(max=9223372036854775807):submission_id>": ">>???++00",
    "POST /isi/kiriman/<int(max=9223372036854775807):submission_id>/kirim": ">>?????00",
    "POST /kasus/<case_id>/<act>": ">>????x00",
    "POST /kasus/<case_id>/coba-jawaban": ">>+++++00",
    "POST /kasus/<case_id>/dismiss": ">>0000000",
    "POST /kasus/<case_id>/buka": ">>?????00",
    "POST /kasus/<case_id>/merge": ">>0000000",
    "POST /kasus/<case_id>/move": ">>????x00",
    "POST /kasus/<case_id>/pertanyaan": ">>+++++00",
    "POST /kasus/<case_id>/pindah-versi": ">>xxxx?00",
    "POST /kasus/<case_id>/undo_move": ">>????x00",
    "POST /kasus/<case_id>/unmerge": ">>????x00",
    "POST /kasus/serah-terima": ">>????0??",
    "POST /kiriman/<int(max=9223372036854775807):submission_id>/buka": ">>?????00",
    "POST /kiriman/<int(max=9223372036854775807):submission_id>/catat": ">>?????00",
    "POST /kiriman/<int(max=9223372036854775807):submission_id>/hubungkan": ">>+++++00",
    "POST /kiriman/<int(max=9223372036854775807):submission_id>/pindahkan": ">>?????00",
    "POST /kiriman/<int(max=9223372036854775807):submission_id>/tinjau": ">>xxx??00",
    "POST /laporan/terbitkan": ">>xxx+x00",
    "POST /masuk": "?????????",
    "POST /pengumpulan/<int:form_row>/keadaan": ">>000x?00",
    "POST /pengumpulan/<int:form_row>/tautan": ">>000??00",
    "POST /petugas/ponsel": ">>xxx??x0",
    "POST /petugas/ponsel/<int:phone_id>/formulir": ">>000??00",
    "POST /petugas/ponsel/<int:phone_id>/pengaturan": ">>000++00",
    "POST /petugas/ponsel/pengaturan": ">>000++00",
    "POST /petugas/serah-terima": ">>????000",
    "POST /petugas/tidak-masuk": ">>????000",
    "POST /petugas/tidak-masuk/<int:absence_id>/akhiri": ">>x+00000",
    "POST /sandi": ">>???????",
    "POST /sandi/collect": ">>+++++++",
    "POST /sop/<code>/coba": ">>0000?00",
    "POST /sop/<code>/coba/<int:job_id>/terbitkan": ">>0000+00",
    "POST /sop/<code>/pindah-versi": ">>0000+00",
    "POST /sop/<code>/pindah-versi/<int:job_id>/pindah": ">>0000?00",
    "POST /sop/<code>/pindah-versi/<int:job_id>/urung": ">>0000?00",
    "POST /sop/<code>/tafsir": ">>xxx0000",
    "POST /terbitkan": ">>xxxx+xx",
    "POST /terbitkan/<int:job_id>/coba/<int:number>": ">>0000000",
    "POST /terbitkan/<int:job_id>/ya": ">>0000+00",
    "POST /tugas/<task_id>/baris": ">>0000000",
    "POST /tugas/<task_id>/perbaikan": ">>0000000",
    "POST /tugas/<task_id>/perbaikan/buka": ">>0000000",
    "POST /pengumpulan/<int:form_row>/tautan/<int:link_id>/cabut": ">>000++00",
    "POST /petugas/ponsel/<int:phone_id>/cabut": ">>xxx++x0",
    "POST /sop/<code>/coba/<int:job_id>/batal": ">>0000+00",
    "POST /sop/<code>/pindah-versi/<int:job_id>/batal": ">>0000+00",
    "POST /terbitkan/<int:job_id>/batal": ">>0000+00",
    "POST /keluar": ">>>>>>>>>",
}

# Phones: by their address, by log-in, and trying a draft. By an address with a token ask a phone of the office, one
# that was revoked and one of another office; by log-in all of WHO.
BY_TOKEN = ("mine", "revoked", "foreign")
_KEY, _OPEN = "/v1/key/<token>/projects/<int:project_id>", "/v1/projects/<int:project_id>"
_TRIAL = "/v1/test/<token>/projects/<int:project_id>/forms/<form_id>/draft"
_ASKED = (
    "GET {}/formList",
    "GET {}/openrosa/<int:version_id>.xml",
    "GET {}/openrosa/<int:version_id>/manifest",
    "GET {}/openrosa/<int:version_id>/media/<path:name>",
    "GET {}/openrosa/lists/<name>/integrity",
)
_PULLED = ("submissionList", "attachments/<form_id>/<instance_id>/<path:name>")
PHONES = {
    **{row.format(_KEY): "+xx" for row in _ASKED},
    **{row.format(_OPEN): ">>+++++00" for row in _ASKED},
    # Whether one may ask to send is not told yet: it answers the same to anybody who is somebody.
    f"GET {_KEY}/submission": "+xx",
    f"GET {_OPEN}/submission": ">>+++++++",
    # What was sent is pulled by people who may read it, never by a phone.
    **{f"GET {_KEY}/view/{row}": "xxx" for row in _PULLED},
    f"GET {_OPEN}/view/{_PULLED[0]}": ">>+++++00",
    # The file answers no question.
    f"GET {_OPEN}/view/{_PULLED[1]}": ">>x+x++00",
    f"GET {_KEY}/view/downloadSubmission": "xxx",
    f"GET {_OPEN}/view/downloadSubmission": ">>xxx++00",
    f"POST {_KEY}/submission": "?xx",
    f"POST {_OPEN}/submission": ">>?????00",
    f"GET {_TRIAL}.xml": "+00",
    f"GET {_TRIAL}/formList": "+00",
    f"GET {_TRIAL}/manifest": "+00",
    f"GET {_TRIAL}/attachments/<path:name>": "+00",
    f"GET {_TRIAL}/lists/<name>/integrity": "+00",
    f"GET {_TRIAL}/submission": "+00",
    f"POST {_TRIAL}/submission": "?00",
}


@dataclass
class Asking:
    """The office, who asks of it, and an id of its own for every blank of an address."""

    office: Office
    visitors: dict[str, Visitor]
    tokens: dict[str, str]
    places: dict[str, str]

    def page(self, who: str, method: str, rule: str) -> str:
        """The letter of what this person is answered."""
        asked, path = self.visitors[who], self.address(rule)
        if method == "GET":
            answer = asked.ask("GET", path)
        else:
            answer = asked.fill(path, {}, token=self.tokens[who])
        return letter(answer.status, answer.headers.get("location", ""))

    def address(self, rule: str) -> str:
        for blank, value in self.places.items():
            rule = rule.replace(blank, value)
        assert "<" not in rule, rule
        return f"{rule}?kantor={self.office.project}"


def letter(status: int, location: str = "") -> str:
    # 429: a name that is not let in has asked too often.
    if status in (401, 429) or (status in (302, 303) and location.startswith("/masuk")):
        return ">"
    if status >= 500 and status != 501:
        return "!"
    return {400: "?", 403: "x", 404: "0"}.get(status, "+")


@pytest.fixture(scope="module")
def asking(shared_office: Office) -> Asking:
    office = shared_office
    for name, role, where in (
        ("ana", "petugas", office.project),
        ("gone", "supervisor", office.project),
        ("lia", "supervisor", office.other),
        ("wati", "peksos", office.project),
    ):
        add_user(office.store, OPERATOR, office.town.login(name), role=role, project_id=where, password=PASSWORD)
    visitors = {name: signed_in(office, name) if name != "stranger" else visitor(office) for name in WHO}
    tokens = {name: made.read("/masuk" if name == "stranger" else "/").token() for name, made in visitors.items()}
    disable_user(office.store, OPERATOR, office.town.login("gone"))
    return Asking(office, visitors, tokens, places(office, visitors["rina"]))


def places(office: Office, rina: Visitor) -> dict[str, str]:
    """A thing of the office for every blank of an address."""
    phone = office.phone_url()
    case, xml = intake(office.schema("abh_laporan_awal"), instance=FIRST, foto_pendukung="foto.jpg")
    assert send(phone, xml, {"foto.jpg": b"foto"}).status == 201
    admin, project = office.as_("rina"), f"/v1/projects/{office.project}"
    rina.read("/formulir")
    publishing = rina.upload("/terbitkan", {"kantor.xlsx": (XLSFORMS / "kantor.xlsx").read_bytes()})
    away = {"officer": "sri@pasuruan.test", "deputy": "wati@pasuruan.test", "from": "2026-03-02", "until": "2026-03-03"}
    absence = office.as_("hadi").post(f"{project}/absences", away)
    assert absence.status == 200, absence.text
    added = admin.post(f"{project}/app-users", {"displayName": "HP jaga"}).json
    link = admin.post(f"{project}/forms/abh_laporan_awal/public-links", {"displayName": "Warga"}).json
    drawn = {
        "project_id": office.project,
        "case_id": case,
        "key": "uji",
        "kind": "surat",
        "title": "Surat",
        "dated": "2026-03-02",
        "template": "-",
        "values": "{}",
        "check_code": "kode-uji",
        "blob": office.store.blobs.put(b"%PDF-1.7").sha256,
        "status": "ready",
        "created_at": "2026-03-02T02:00:00.000Z",
    }
    with office.store.write() as tx:
        paper = tx.execute(documents.document.insert().returning(documents.document.c.id), drawn).scalar_one()
        book = office.store.blobs.put((XLSFORMS / "abh" / "sop.xlsx").read_bytes())
        moment = "2026-03-02T02:00:00.000Z"
        waits = {
            "project_id": office.project,
            "args": dumps({"sop_id": "abh", "version": "2", "file": "sop.xlsx", "workbook": book.sha256}),
            "state": "waiting",
        }
        waits |= {"not_before": moment, "created_at": moment}
        asked = {
            kind: tx.execute(
                jobs.job.insert().returning(jobs.job.c.id), {**waits, "key": kind, "kind": kind}
            ).scalar_one()
            for kind in ("simulate", "migration_check")
        }
        handed_in = {
            "project_id": office.project,
            "period": "2026-01",
            "revision": 0,
            "figures": "{}",
            "changes": 0,
            "blob": office.store.blobs.put(b"PK").sha256,
            "issued_at": moment,
            "issued_by": 1,
        }
        recap = tx.execute(reports.recap_issue.insert().returning(reports.recap_issue.c.id), handed_in).scalar_one()
        tx.audit(None, "test.paper")
    with office.store.read() as db:
        form = db.execute(select(forms.form).where(forms.form.c.xml_form_id == "abh_laporan_awal")).one()
        sent = db.execute(select(submissions.submission.c.id)).scalar_one()
        event = db.execute(select(cases.event.c.id).where(cases.event.c.case_id == case)).scalars().first()
        version = db.execute(select(projects.sop_version.c.id)).scalars().first()
    return {
        "<int:project_id>": str(office.project),
        "<token>": str(link["token"]),
        "<case_id>": case,
        "<event_id>": str(event),
        "<act>": "note",
        "<int(max=9223372036854775807):submission_id>": str(sent),
        "<int:form_row>": str(form.id),
        "/xform/<int:version_id>": f"/xform/{form.current_version_id}",
        "/versi/<int:version_id>": f"/versi/{form.current_version_id}",
        "<task_id>": "tidak-ada",
        "<int:version_id>": str(version),
        "<int:phone_id>": str(added["id"]),
        "<int:link_id>": str(link["id"]),
        "<int:absence_id>": str(absence.json["id"]),
        "<int:document_id>": str(paper),
        "<int:issue_id>": str(recap),
        "/coba/<int:job_id>": f"/coba/{asked['simulate']}",
        "/pindah-versi/<int:job_id>": f"/pindah-versi/{asked['migration_check']}",
        "/terbitkan/<int:job_id>": publishing.headers["location"],
        "<int:number>": "0",
        "/formulir/<path:code>": "/formulir/abh_laporan_awal",
        "/periksa/<code>": "/periksa/kode-uji",
        "/aset/<path:name>": "/aset/tidak-ada",
        "<kind>/": "sop/",
        "<kind>": "awal",
        "<path:name>": "foto.jpg",
        "<code>": "abh",
    }


def rules(office: Office, *doors: str) -> list[tuple[str, str]]:
    app = create_app(Settings(data=office.store.data, secret_key=SECRET), office.store)
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(doors)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def test_every_address_has_its_row(asking: Asking) -> None:
    assert {f"{method} {rule}" for method, rule in rules(asking.office, "web.")} == set(PAGES)
    assert {f"{method} {rule}" for method, rule in rules(asking.office, "openrosa.")} == set(PHONES)


def test_nothing_of_the_office_is_on_a_page_of_another(asking: Asking) -> None:
    marks = [asking.places["<case_id>"], FIRST, "HP jaga", "Warga", "Ponsel Sri", "Sri Wahyuni"]
    case = asking.office.case(asking.places["<case_id>"])
    marks.append(case["number"])
    for who in ("bambang", "lia"):
        for row, letters in PAGES.items():
            method, _, rule = row.partition(" ")
            if method == "GET" and letters[WHO.index(who)] == "+":
                for path in (asking.address(rule), asking.address(rule).partition("?")[0]):
                    text = asking.visitors[who].ask("GET", path).body.decode(errors="replace")
                    assert [mark for mark in marks if mark in text] == [], (who, path)


def test_the_codes_of_phones_are_shown_to_those_who_manage_them_only(asking: Asking) -> None:
    for who in ("ana", "sri", "dewi", "hadi", "rina"):
        for path in ("/petugas/ponsel", "/petugas/ponsel/kartu"):
            shown = asking.visitors[who].ask("GET", f"{path}?kantor={asking.office.project}").body
            assert (b"data:image/svg" in shown) == (who in ("hadi", "rina")), (who, path)


def test_every_page_and_act_answers_each_of_them_as_the_table_says(asking: Asking) -> None:
    wrong = {}
    for row, letters in PAGES.items():
        method, _, rule = row.partition(" ")
        got = "".join(asking.page(who, method, rule) for who in WHO)
        if got != letters:
            wrong[row] = (letters, got)
    assert wrong == {}


def test_every_address_of_phones_answers_each_of_them_as_the_table_says(asking: Asking) -> None:
    office = asking.office
    form = office.schema("abh_asesmen")
    with office.store.read() as db:
        version = db.execute(
            select(forms.form.c.current_version_id).where(forms.form.c.xml_form_id == "abh_asesmen")
        ).scalar_one()
    admin, project = office.as_("rina"), f"/v1/projects/{office.project}"
    assert admin.post(f"{project}/forms/{form.form_id}/draft").status == 200
    draft = admin.get(f"{project}/forms/{form.form_id}/draft").json["draftToken"]
    revoked = admin.post(f"{project}/app-users", {"displayName": "HP hilang"}).json
    admin.ask("DELETE", f"{project}/app-users/{revoked['id']}")
    foreign = add_phone(office.store, OPERATOR, office.other, "HP lain", secret=SECRET.encode()).token
    phones = {"mine": office.phone_url("HP uji").split("/")[5], "revoked": revoked["token"], "foreign": foreign}
    key = quote(f"abh_laporan_awal[@version=null and @uiVersion=null]/data[@key={FIRST}]", safe="")
    places = {
        "/submissionList": "/submissionList?formId=abh_laporan_awal",
        "/downloadSubmission": f"/downloadSubmission?formId={key}",
        "/<form_id>/<instance_id>/<path:name>": f"/abh_laporan_awal/{FIRST}/foto.jpg",
        "<int:project_id>": str(office.project),
        "<form_id>": form.form_id,
        "<int:version_id>": str(version),
        "<path:name>": "kasus_abh.csv",
        "<name>": "kasus_abh",
    }
    wrong = {}
    for row, letters in PHONES.items():
        method, _, rule = row.partition(" ")
        for blank, value in places.items():
            rule = rule.replace(blank, value)
        body = {"body": b""} if method == "POST" else {}
        if "<token>" in rule:
            trial = rule.startswith("/v1/test")
            keys = (draft, phones["mine"], "0" * 64) if trial else tuple(phones[name] for name in BY_TOKEN)
            answers = [Client(office.address).ask(method, rule.replace("<token>", key), **body) for key in keys]
        else:
            people = [office.as_(None if name == "stranger" else name) for name in WHO]
            answers = [client.ask(method, rule, **body) for client in people]
        got = "".join(letter(answer.status) for answer in answers)
        if got != letters:
            wrong[row] = (letters, got)
    assert wrong == {}
