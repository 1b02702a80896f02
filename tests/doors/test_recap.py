"""The monthly recap: what the head of the office hands in must add up, month after month."""

import io
import threading
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from server.actions import issue_recap
from server.problems import Problem
from server.queries.recap import monthly
from server.queries.recap_workbook import monthly_workbook
from server.store.reports import recap_issue
from tests.browsing import signed_in
from tests.office import Office
from tests.sending import follow_up, intake, send


class Desk:
    """The work of an office over a few months, done through its doors."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.url = office.phone_url()

    @property
    def day(self) -> str:
        return (self.office.clock.now + timedelta(hours=7)).date().isoformat()

    def on(self, day: str) -> None:
        """Moves the clock to nine in the morning of a day."""
        self.office.clock.set(datetime.fromisoformat(f"{day}T09:00:00+07:00"))

    def report(self, **answers: str) -> str:
        case, xml = intake(self.office.schema("abh_laporan_awal"), day=self.day, **answers)  # type: ignore[arg-type]
        assert send(self.url, xml).status == 201
        return case

    def fill(self, case: str, form: str, **answers: str) -> None:
        schema = self.office.schema(f"abh_{form}")
        assert send(self.url, follow_up(schema, case, answers, day=self.day)).status == 201

    def act(self, case: str, type_: str, **body: object) -> None:
        path = f"/v1/projects/{self.office.project}/cases/{case}/events"
        answer = self.office.as_("hadi").post(path, {"type": type_, **body})
        assert answer.status == 200, answer.text

    def recap(self, year: int, month: int):  # type: ignore[no-untyped-def]
        return monthly(self.office.store, self.office.viewer("hadi"), self.office.project, year, month)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def flow(recap) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
    (row,) = recap.flows
    return (row.opening, row.new, row.reopened, row.done, row.referred, row.refused, row.other, row.closing)


def test_cases_are_carried_from_month_to_month(desk: Desk) -> None:
    desk.on("2026-03-04")
    first, second, third = desk.report(), desk.report(), desk.report()
    desk.on("2026-03-31")
    desk.act(first, "override", step="s03", to="close", closeReason="terminasi", reason="selesai")
    desk.on("2026-04-01")
    desk.act(second, "close", closeReason="bukan_sasaran", reason="bukan anak")
    desk.report()
    desk.on("2026-04-20")
    desk.act(first, "reopen", step="s03", reason="kejadian baru")
    desk.on("2026-05-05")
    desk.act(third, "close", closeReason="hilang_kontak", search="dua kali ke rumah", reason="pindah")
    assert flow(desk.recap(2026, 2)) == (0, 0, 0, 0, 0, 0, 0, 0)
    assert flow(desk.recap(2026, 3)) == (0, 3, 0, 1, 0, 0, 0, 2)
    assert flow(desk.recap(2026, 4)) == (2, 1, 1, 0, 0, 1, 0, 3)
    assert flow(desk.recap(2026, 5)) == (3, 0, 0, 0, 0, 0, 1, 2)


def test_a_past_month_stays_what_it_was(desk: Desk) -> None:
    desk.on("2026-03-04")
    case = desk.report(age="13", jk="P")  # type: ignore[arg-type]
    desk.on("2026-03-31")
    then = desk.recap(2026, 3)
    desk.on("2026-04-10")
    desk.fill(case, "asesmen", berat_tindakan="berat", kesimpulan_awal="x")
    desk.act(case, "close", closeReason="bukan_sasaran", reason="selesai")
    now = desk.recap(2026, 3)
    assert (now.flows, now.timeliness, now.clients) == (then.flows, then.timeliness, then.clients)
    (line,), (before,) = now.cases, then.cases
    assert (line.step, line.closed, line.due, line.late_days) == (before.step, None, before.due, before.late_days)


def test_a_case_closed_before_its_service_was_done_is_not_served(desk: Desk) -> None:
    desk.on("2026-03-04")
    case = desk.report()
    desk.on("2026-03-06")
    desk.act(case, "close", closeReason="pindah", reason="pindah")
    (row,) = desk.recap(2026, 3).timeliness
    assert (row.entered, row.finished, row.late, row.overdue) == (1, 0, 0, 0)


def test_timeliness_counts_working_days_and_leaves_out_pauses(desk: Desk) -> None:
    """Nyepi, joint leave and Idul Fitri lie between 18 and 24 March 2026."""
    desk.on("2026-03-16")
    case = desk.report(entrance="undangan_rj", age="11")  # type: ignore[arg-type]
    desk.on("2026-03-17")
    desk.fill(case, "kunjungan_rumah", berat_tindakan="ringan")
    desk.act(case, "pause", reason="menunggu keluarga")
    desk.on("2026-03-26")
    desk.act(case, "resume", reason="keluarga hadir")
    desk.on("2026-03-27")
    desk.fill(case, "putusan_rj", hasil_rj="sepakat", interval_monitoring="7")
    (row,) = desk.recap(2026, 3).timeliness
    assert (row.entered, row.finished, row.on_time, row.late, row.paused) == (1, 1, 1, 0, 1)
    assert (row.median_gross, row.median_net) == (4, 2)


def test_a_late_case_is_named_with_its_days(desk: Desk) -> None:
    desk.on("2026-03-02")
    desk.report()
    desk.on("2026-03-12")
    recap = desk.recap(2026, 3)
    (line,) = recap.cases
    assert line.step == "Pendataan dan asesmen"
    assert (line.due and line.due.isoformat(), line.late_days) == ("2026-03-03", 7)
    assert recap.timeliness[0].overdue == 1


def test_the_roads_of_the_children_are_counted_by_sex(desk: Desk) -> None:
    desk.on("2026-03-02")
    desk.report(entrance="undangan_rj", age="11")  # type: ignore[arg-type]
    desk.report(entrance="undangan_diversi", jk="P")
    desk.report()
    found = {key: count for key, count in desk.recap(2026, 3).routes.items() if count}
    assert found == {("rj", "L"): 1, ("diversi", "P"): 1, ("undecided", "L"): 1}


def test_the_workbook_carries_initials_and_the_head_of_the_office_but_no_names(desk: Desk) -> None:
    desk.on("2026-03-02")
    desk.report(nama_lengkap="Rizky Pratama Putra", nik="3575010101130001")
    data = monthly_workbook(desk.office.store, desk.office.viewer("hadi"), desk.office.project, 2026, 3)
    book = load_workbook(io.BytesIO(data))
    said = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    assert "A. B." in said
    assert "Dra. SRI CONTOHWATI, M.Si." in said
    assert "Pasuruan, 2 Maret 2026" in said
    for secret in ("Rizky", "Pratama", "3575010101130001"):
        assert secret not in said


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (1, 1), (99999, 1)])
def test_a_month_there_is_not_is_refused(office: Office, year: int, month: int) -> None:
    with pytest.raises(Problem, match=r"request\.bad_value"):
        monthly(office.store, office.viewer("hadi"), office.project, year, month)


def said(data: bytes) -> dict[str, str]:
    """What each sheet of a workbook says."""
    return {
        sheet.title: "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
        for sheet in load_workbook(io.BytesIO(data))
    }


def late_report(desk: Desk, day: str) -> None:
    """A report of that day, made without signal, that reaches the office only now."""
    _, xml = intake(desk.office.schema("abh_laporan_awal"), day=day, instance="uuid:terlambat-sinkron", age=9)
    assert send(desk.url, xml).status == 201


def test_a_recap_that_was_handed_in_stays_and_is_revised_with_old_new_and_reason(desk: Desk) -> None:
    desk.on("2026-03-04")
    desk.report()
    desk.on("2026-03-30")
    assert "terbitan" not in signed_in(desk.office, "hadi").read("/laporan?bulan=2026-03").source
    desk.on("2026-04-02")
    hadi = signed_in(desk.office, "hadi")
    page = hadi.read("/laporan?bulan=2026-03")
    assert "rekapnya belum diterbitkan" in page.text
    assert hadi.fill("/laporan/terbitkan?bulan=2026-03").status == 303
    page = hadi.read("/laporan?bulan=2026-03")
    assert "Angka bulan ini masih sama" in page.text
    (first,) = page.links("/laporan/terbitan/")
    handed_in = hadi.ask("GET", first).body
    assert "Diterbitkan" in said(handed_in)["Arus kasus"]

    late_report(desk, "2026-03-27")
    page = hadi.read("/laporan?bulan=2026-03")
    assert "angka berbeda dari rekap terakhir yang diterbitkan" in page.text
    assert "Penanganan Anak Berhadapan dengan HukumBaru12" in page.text
    assert hadi.fill("/laporan/terbitkan?bulan=2026-03", {"alasan": " "}).status == 400
    assert hadi.fill("/laporan/terbitkan?bulan=2026-03", {"alasan": "Ponsel baru tersinkron"}).status == 303
    page = hadi.read("/laporan?bulan=2026-03")
    assert "Perbaikan ke-1" in page.text
    revised = said(hadi.ask("GET", page.links("/laporan/terbitan/")[0]).body)
    assert next(iter(revised)) == "Perbaikan"
    for words in ("Perbaikan ke-1", "Alasan perbaikan: Ponsel baru tersinkron", "Semula", "Menjadi", "tercantum"):
        assert words in revised["Perbaikan"]
    assert "Perbaikan ke-1" in revised["Metadata"]
    assert hadi.ask("GET", first).body == handed_in
    assert hadi.fill("/laporan/terbitkan?bulan=2026-03", {"alasan": "lagi"}).status == 400


def test_what_comes_late_is_told_once_in_the_next_recap(desk: Desk) -> None:
    desk.on("2026-03-04")
    desk.report()
    books = []
    for day, month in (("2026-04-02", "2026-03"), ("2026-05-04", "2026-04"), ("2026-06-03", "2026-05")):
        desk.on(day)
        hadi = signed_in(desk.office, "hadi")
        hadi.read("/laporan")
        assert hadi.fill(f"/laporan/terbitkan?bulan={month}").status == 303
        page = hadi.read(f"/laporan?bulan={month}")
        books.append(said(hadi.ask("GET", page.links("/laporan/terbitan/")[0]).body))
        if month == "2026-03":
            late_report(desk, "2026-03-27")
    assert ["Susulan" in book for book in books] == [False, True, False]
    assert "Maret 2026" in books[1]["Susulan"]


def test_two_heads_who_issue_at_once_make_one_recap(desk: Desk) -> None:
    desk.on("2026-03-04")
    desk.report()
    desk.on("2026-04-02")
    office = desk.office
    issue_recap.issue(office.store, office.viewer("hadi"), office.project, 2026, 3, "")
    with pytest.raises(Problem, match=r"report\.same"):
        issue_recap.issue(office.store, office.viewer("hadi"), office.project, 2026, 3, "")
    with pytest.raises(Problem, match=r"report\.running"):
        issue_recap.issue(office.store, office.viewer("hadi"), office.project, 2026, 4, "")
    with pytest.raises(Problem, match=r"access\.denied"):
        issue_recap.issue(office.store, office.viewer("sri"), office.project, 2026, 3, "")


def test_who_issues_while_another_is_at_it_is_told_so(desk: Desk) -> None:
    desk.on("2026-04-02")
    office, said = desk.office, []
    kept = {"figures": "{}", "changes": 0, "blob": "x", "issued_at": "2026-04-02", "issued_by": 1}

    def other() -> None:
        try:
            issue_recap.issue(office.store, office.viewer("hadi"), office.project, 2026, 3, "")
        except Problem as problem:
            said.append(problem.code)

    with office.store.write() as tx:
        tx.execute(recap_issue.insert(), {"project_id": office.project, "period": "2026-03", "revision": 0, **kept})
        tx.housekeeping()
        late = threading.Thread(target=other)
        late.start()
        late.join(1.5)
    late.join(20)
    assert said == ["report.taken"]
