"""From the last report of a case to the paper on the table: number, record, PDF, check page."""

import json
import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from reports import letters
from reports.numbers import BadPattern
from server.actions.issue_documents import issue
from server.limits.functions import run_python
from server.problems import Problem
from server.queries import documents as queries
from server.queries import recap as recaps
from server.store import Store, documents, jobs, projects
from server.store.audit import audit
from server.work.worker import Runtime, run_once
from tests.browsing import signed_in
from tests.office import Office
from tests.papers import read
from tests.reads import readings
from tests.sending import follow_up, intake, send

PUBLIC = "https://alur.pasuruan.test"


def issued(store: Store, key: str, project: int, day: date = date(2026, 3, 2), **changed: object) -> int:
    asked = {
        "project_id": project,
        "case_id": None,
        "key": key,
        "kind": "ba_penanganan",
        "title": "Berita Acara",
        "register": "ba",
        "pattern": "{urut:03}/BA/{bulan_romawi}/{tahun}",
        "day": day,
        "values": letters.sample("ba_penanganan"),
        "actor": None,
        **changed,
    }
    with store.write() as tx:
        tx.audit(None, "test.act")
        return issue(tx, **asked)  # type: ignore[arg-type]


def paper(store: Store, number: int):  # type: ignore[no-untyped-def]
    with store.read() as db:
        return db.execute(select(documents.document).where(documents.document.c.id == number)).one()


@pytest.fixture
def project(store: Store) -> int:
    from_ = {"name": "Dinas Sosial Kota Contoh", "timezone": "Asia/Jakarta", "created_at": "2026-01-01T00:00:00.000Z"}
    with store.write() as tx:
        tx.audit(None, "test.project")
        return int(tx.execute(projects.project.insert().returning(projects.project.c.id), from_).scalar_one())


class TestRegister:
    def test_numbers_run_without_a_gap_and_begin_again_each_year(self, store: Store, project: int) -> None:
        last, first = date(2026, 12, 31), date(2027, 1, 1)
        numbers = [
            paper(store, issued(store, f"k{n}", project, day)).number for n, day in enumerate([last, last, first])
        ]
        assert numbers == ["001/BA/XII/2026", "002/BA/XII/2026", "001/BA/I/2027"]

    def test_every_register_counts_for_itself(self, store: Store, project: int) -> None:
        issued(store, "a", project)
        assert paper(store, issued(store, "b", project, register="surat_keluar")).sequence == 1
        assert paper(store, issued(store, "c", project)).sequence == 2

    def test_an_act_that_fails_gives_its_number_back(self, store: Store, project: int) -> None:
        def half() -> None:
            with store.write() as tx:
                tx.audit(None, "test.half")
                documents.next_number(tx, project, "ba", 2026)
                raise ZeroDivisionError

        issued(store, "a", project)
        with pytest.raises(ZeroDivisionError):
            half()
        assert paper(store, issued(store, "b", project)).sequence == 2

    def test_the_same_step_issues_its_paper_once(self, store: Store, project: int) -> None:
        first = issued(store, "kasus:s13:1:ba_penanganan", project)
        assert issued(store, "kasus:s13:1:ba_penanganan", project) == first
        assert paper(store, issued(store, "kasus:s13:2:ba_penanganan", project)).sequence == 2
        with store.read() as db:
            assert len(db.execute(select(jobs.job)).all()) == 2

    def test_a_pattern_with_a_hole_takes_no_number(self, store: Store, project: int) -> None:
        with pytest.raises(BadPattern):
            issued(store, "a", project, pattern="{klas}/{urut}")
        assert paper(store, issued(store, "a", project)).sequence == 1

    def test_two_clerks_at_once_never_get_the_same_number(self, store: Store, project: int) -> None:
        failures: list[Exception] = []

        def clerk(name: str) -> None:
            try:
                for turn in range(5):
                    issued(store, f"{name}:{turn}", project)
            except Exception as failure:
                failures.append(failure)

        clerks = [threading.Thread(target=clerk, args=(f"staf-{n}",)) for n in range(4)]
        for one in clerks:
            one.start()
        for one in clerks:
            one.join(30)
        assert failures == []
        with store.read() as db:
            taken = db.execute(select(documents.document.c.sequence)).scalars().all()
        assert sorted(taken) == list(range(1, 21))


class TestPaper:
    def test_it_is_made_after_the_act_and_kept_under_its_hash(self, store: Store, project: int) -> None:
        number = issued(store, "a", project)
        assert (paper(store, number).status, paper(store, number).blob) == ("waiting", None)
        assert run_once(Runtime(store, PUBLIC))
        made = paper(store, number)
        assert made.status == "ready"
        assert store.blobs.get(made.blob).startswith(b"%PDF-")
        with store.read() as db:
            acts = db.execute(select(audit.c.action).where(audit.c.subject == f"document:{number}")).scalars().all()
        assert acts == ["document.issue", "document.render"]

    def test_making_it_again_changes_nothing(self, store: Store, project: int) -> None:
        number = issued(store, "a", project)
        run_once(Runtime(store, PUBLIC))
        before = paper(store, number)
        with store.write() as tx:
            tx.housekeeping()
            tx.execute(jobs.job.update().values(state="waiting"))
        assert run_once(Runtime(store, PUBLIC))
        assert paper(store, number) == before

    def test_a_paper_that_cannot_be_made_keeps_its_number_and_waits(self, store: Store, project: int) -> None:
        values = letters.sample("ba_penanganan")
        del values["kasus"]
        number = issued(store, "a", project, values=values)
        assert run_once(Runtime(store, PUBLIC))
        assert (paper(store, number).status, paper(store, number).number) == ("waiting", "001/BA/III/2026")
        with store.read() as db:
            job = db.execute(select(jobs.job)).one()
        assert (job.state, job.attempts) == ("waiting", 1)
        assert job.fault.startswith("ChildFailed")

    def test_its_child_has_no_way_to_a_file_or_an_address(self) -> None:
        values = letters.sample("ba_penanganan")
        values["surat"]["sifat"] = "x"  # type: ignore[index]
        made = run_python(
            "reports.pdf:letter", json.dumps({"kind": "ba_penanganan", "values": values}).encode(), wall=60, cpu=40
        )
        assert made.startswith(b"%PDF-")


class TestCheck:
    def test_anybody_may_compare_a_paper_and_learns_nothing_of_the_child(self, store: Store, project: int) -> None:
        number = issued(store, "a", project)
        run_once(Runtime(store, PUBLIC))
        code = paper(store, number).check_code
        found = queries.check(store, code)
        assert found is not None
        assert (found.number, found.dated) == ("001/BA/III/2026", "2026-03-02")
        assert found.signer_post == "Plt. Kepala Bidang Rehabilitasi Sosial"
        assert found.sha256 == paper(store, number).sha256
        assert "R. P." not in repr(found)
        assert "ABH-2026-0047" not in repr(found)

    @pytest.mark.parametrize(
        "change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
    )
    def test_a_code_may_be_typed_as_people_type(self, store: Store, project: int, change) -> None:  # type: ignore[no-untyped-def]
        code = paper(store, issued(store, "a", project)).check_code
        assert queries.check(store, change(code)) is not None

    @pytest.mark.parametrize("code", ["", "7KQ2-M9XD-4TBA", "%", "' OR 1=1 --", "A" * 5000])
    def test_a_code_nobody_was_given_proves_nothing(self, store: Store, project: int, code: str) -> None:
        issued(store, "a", project)
        assert queries.check(store, code) is None


class Walk:
    """A case of a thirteen-year-old, walked through by its forms from the report to the last one."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.url = office.phone_url()
        self.case = ""

    def begin(self, **answers: str) -> None:
        told = {"nama_lengkap": "Rizky Pratama Putra", "kronologi_singkat": "Rizky mengambil telepon milik tetangga."}
        self.case, xml = intake(self.office.schema("abh_laporan_awal"), **{**told, **answers})
        assert send(self.url, xml).status == 201

    def fill(self, form: str, **answers: str) -> None:
        day = (self.office.clock.now + timedelta(hours=7)).date().isoformat()
        got = send(self.url, follow_up(self.office.schema(f"abh_{form}"), self.case, answers, day=day))
        assert got.status == 201, got.text

    def to_the_end(self) -> None:
        self.begin()
        self.office.clock.advance(days=1)
        self.fill(
            "asesmen", berat_tindakan="ringan", kronologi="Dilakukan satu kali.", kesimpulan_awal="Risiko rendah."
        )
        self.office.clock.advance(days=1)
        self.fill("konferensi_kasus", berat_tindakan="ringan", interval_monitoring="7", ringkasan_kasus="Sepakat RJ.")
        self.fill("upaya_rj", hasil_upaya="siap", proses="Keluarga bersedia.")
        self.office.clock.advance(days=1)
        self.fill("putusan_rj", hasil_rj="sepakat", pengasuhan="Kembali ke orang tua.", interval_monitoring="7")
        self.office.clock.advance(days=7)
        self.fill("pemantauan", tujuan_tercapai="ya", alasan_hasil="Sekolah setiap hari.", pelaksana="peksos")
        self.fill("terminasi", jenis_terminasi="tujuan_tercapai", alasan_terminasi="Tujuan rehabilitasi tercapai")
        answer = self.office.as_("hadi").post(
            f"/v1/projects/{self.office.project}/cases/{self.case}/events", {"type": "decision", "step": "s12"}
        )
        assert answer.status == 200, answer.text
        self.fill("laporan_kasus", ringkasan_penanganan="Ditangani.", laporan_akhir="Rizky Pratama kembali bersekolah")


@pytest.fixture
def walk(office: Office) -> Walk:
    made = Walk(office)
    made.to_the_end()
    return made


class TestOfTheCase:
    def test_the_last_report_issues_the_record_with_the_offices_number(self, office: Office, walk: Walk) -> None:
        lines = queries.of_case(office.store, office.viewer("hadi"), office.project, walk.case)
        assert [(line.kind, line.number, line.status) for line in lines] == [
            ("ba_penanganan", "400.9.2.3/001/BA/2026", "waiting")
        ]

    def test_the_record_tells_the_case_and_not_the_name(self, office: Office, walk: Walk) -> None:
        (line,) = queries.of_case(office.store, office.viewer("hadi"), office.project, walk.case)
        values = json.loads(paper(office.store, line.id).values)
        values["surat"]["alamat_periksa"] = ""
        text = " ".join(page.text for page in read(letters.render("ba_penanganan", values)))
        text = " ".join(text.split())
        for said in (
            "PEMERINTAH KOTA PASURUAN DINAS SOSIAL Jl. Balai Kota No. 10",
            "NOMOR: 400.9.2.3/001/BA/2026",
            "Nomor kasus : ABH-2026-0001",
            "Nama (inisial) : A. B.",
            "Usia saat kejadian : 13 tahun",
            "A. B. mengambil telepon milik tetangga.",
            "7. Hasil Keadilan Restoratif (RJ)",
            "Hasil RJ : Sepakat",
            "Pengasuhan : Kembali ke orang tua.",
            "Para pihak bersedia bermusyawarah",
            "Sri Wahyuni",
            "Tercapai",
            "Terhitung sejak 12 Maret 2026 kasus dinyatakan selesai",
            "A. B. kembali bersekolah.",
            "NINGSIH ANDAIAN, S.Sos., M.AP.",
        ):
            assert said in text
        for name in ("Rizky", "Pratama", "Putra"):
            assert name.casefold() not in text.casefold()

    def test_who_may_takes_it_home_and_it_is_noted(self, office: Office, walk: Walk) -> None:
        store = office.store
        (line,) = queries.of_case(store, office.viewer("hadi"), office.project, walk.case)
        with pytest.raises(Problem, match=r"request\.not_found"):
            queries.file(store, office.viewer("hadi"), office.project, line.id)
        while run_once(Runtime(store, PUBLIC)):
            pass
        got = queries.file(store, office.viewer("hadi"), office.project, line.id, "10.0.0.1")
        data = got.file.read()
        assert (len(data), got.name) == (got.file.size, "ba_penanganan-400.9.2.3-001-BA-2026.pdf".replace("_", "-"))
        (seen,) = [row for row in readings(store) if row.what == f"document:{line.id}"]
        assert (seen.actor_id, seen.case_id, seen.address) == (office.viewer("hadi").id, walk.case, "10.0.0.1")
        # The last step of this SOP is Dewi's: she puts the file away.
        assert signed_in(office, "dewi").ask("GET", f"/dokumen/{line.id}").status == 200

    def test_an_officer_of_another_office_sees_nothing(self, office: Office, walk: Walk) -> None:
        stranger = office.viewer("bambang")
        (line,) = queries.of_case(office.store, office.viewer("hadi"), office.project, walk.case)
        for ask in (
            lambda: queries.of_case(office.store, stranger, office.project, walk.case),
            lambda: queries.of_project(office.store, stranger, office.project),
            lambda: queries.file(office.store, stranger, office.project, line.id),
            lambda: queries.file(office.store, stranger, office.other, line.id),
            lambda: recaps.monthly(office.store, stranger, office.project, 2026, 3),
        ):
            with pytest.raises(Problem, match=r"request\.not_found"):
                ask()

    def test_an_edit_of_the_last_report_issues_no_second_number(self, office: Office, walk: Walk) -> None:
        walk.fill("laporan_kasus", ringkasan_penanganan="Sekali lagi.", laporan_akhir="x")
        assert len(queries.of_case(office.store, office.viewer("hadi"), office.project, walk.case)) == 1


def test_a_letter_the_sop_does_not_require_is_issued_when_somebody_asks(office: Office) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"))
    assert send(office.phone_url(), xml).status == 201
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{case}?bagian=papers")
    (form,) = page.tree.xpath("//section[@aria-labelledby='surat-boleh']//form")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert fields["document"] == "tanda_terima"
    done = sri.fill(form.get("action"), {**fields, "action": "issued"})
    assert done.status == 303, done.text
    office.work()
    after = sri.read(f"/kasus/{case}?bagian=papers")
    assert after.tree.xpath("//section[@aria-labelledby='surat-boleh']") == []
    (letter,) = after.links("/dokumen/")
    assert {who: signed_in(office, who).ask("GET", letter).status for who in ("sri", "tono", "dewi")} == {
        "sri": 200,
        "tono": 200,
        "dewi": 403,
    }
