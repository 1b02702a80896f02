"""A week nobody planned: everything people do to cases, in any order, and what must hold whatever they did."""

import random
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from server.actions.case_event import record
from server.actions.merge_cases import merge, unmerge
from server.actions.move_case import move, undo_move
from server.actions.place_later import link_by_hand
from server.actions.receive_submission import Intake
from server.actions.received import Sender
from server.actions.relink import relink
from server.actions.reviews import review
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case, read_own
from server.queries.definitions import definitions_of
from server.sop.fold import fold
from server.sop.order import canonical
from server.sop.plan import plan
from server.store import cases, entities, submissions
from server.store.forms import form as form_table
from server.store.schema import loads
from tests.office import Office
from tests.raid import letter, visit
from tests.sending import follow_up, intake

REFUSALS = frozenset(
    [
        "request.not_found",
        "case.same_case",
        "case.other_sop",
        "case.merge_closed",
        "case.not_merged",
        "case.opened_by_it",
        "case.same_sop",
        "case.not_moved",
        "case.merged_on",
        "case.moved_on",
        "case.closed",
        "case.bad_event",
        "case.step_not_open",
        "submission.many_cases",
    ]
)
"""What a person may be told; anything else, and any fault, fails the test."""
ENTRANCES = ("laporan", "undangan_rj", "undangan_diversi")
SINGLE = ("abh_laporan_awal", "abh_asesmen", "abh_konferensi_kasus", "abh_kunjungan_rumah", "razia_asesmen")
DAYS = ("2026-02-25", "2026-03-01", "2026-03-02")


class Sent:
    """A submission as its phone knows it: its newest instance id and what it names."""

    def __init__(self, form: str, root: str, named: tuple[str, ...], ids: Sequence[str] = ()) -> None:
        self.form, self.root, self.newest, self.named, self.ids = form, root, root, named, ids


class Wild:
    """One office and a seed. `steps(n)` does n things; each is followed by `hold`."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office = office
        self.chance = random.Random(seed)
        self.hadi = office.viewer("hadi")
        self.sri = office.viewer("sri")
        self.definitions = definitions_of(office.store)
        self.intake = Intake(office.store, self.definitions)
        self.sent: list[Sent] = []
        self.ids: list[str] = []
        self.log: list[str] = []
        self.done: dict[str, int] = {}
        self._ways: tuple[tuple[int, Callable[[], None]], ...] = (
            (4, self.new_case),
            (6, self.follow),
            (1, self.raid),
            (2, self.siblings),
            (5, self.correct),
            (3, self.review),
            (4, self.merge),
            (3, self.unmerge),
            (2, self.move),
            (2, self.undo_move),
            (3, self.relink),
            (2, self.link),
            (1, self.close),
            (1, self.reopen),
            (1, self.there_and_back),
        )

    def steps(self, count: int) -> None:
        weights, ways = zip(*self._ways, strict=True)
        for _ in range(count):
            (way,) = self.chance.choices(ways, weights)
            self.office.clock.advance(minutes=self.chance.choice([0, 1, 300]))
            try:
                way()
            except Problem as problem:
                if problem.code not in REFUSALS:
                    raise
                self.note(f"  refused {problem.code}")
            else:
                self.done[way.__name__] = self.done.get(way.__name__, 0) + 1
            self.hold()

    def new_id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def note(self, text: str) -> None:
        self.log.append(text)

    # --- what people do ----------------------------------------------------------------------

    def send(self, xml: bytes) -> None:
        self.intake.receive(Sender(self.sri), self.office.project, xml)

    def any_case(self) -> str:
        return self.chance.choice(self.ids)

    def of_sop(self, sop: str) -> list[str]:
        with self.office.store.read() as db:
            found = db.execute(select(cases.case.c.id).where(cases.case.c.sop_id == sop)).scalars()
            return sorted(found)

    def new_case(self) -> None:
        case, root = self.new_id(), f"uuid:{self.new_id()}"
        self._report(case, root)
        self.sent.append(Sent("abh_laporan_awal", root, (case,)))
        self.ids.append(case)
        self.note(f"report {case[:4]}")

    def _report(self, case: str, instance: str, deprecated: str = "") -> None:
        told = {"nik": "3575010405120001"} if self.chance.random() < 0.2 else {}
        meta = {"instance": instance, **({"deprecatedID": deprecated} if deprecated else {})}
        entrance, age = self.chance.choice(ENTRANCES), self.chance.randint(10, 16)
        day = self.chance.choice(DAYS)
        schema = self.office.schema("abh_laporan_awal")
        self.send(intake(schema, entrance=entrance, age=age, day=day, case=case, **told, **meta)[1])

    def follow(self) -> None:
        if not self.ids:
            return
        form, case, root = self.chance.choice(SINGLE[1:]), self.any_case(), f"uuid:{self.new_id()}"
        if self.chance.random() < 0.1:
            case = self.new_id()
            self.ids.append(case)
        self._follow(form, case, root)
        self.sent.append(Sent(form, root, (case,)))
        self.note(f"{form} {root[5:9]} of {case[:4]}")

    def _follow(self, form: str, case: str, instance: str, **meta: str) -> None:
        weight = {"berat_tindakan": self.chance.choice(["ringan", "berat"])} if "konferensi" in form else {}
        schema, day = self.office.schema(form), self.chance.choice(DAYS)
        self.send(follow_up(schema, case, weight, day=day, instance=instance, **meta))

    def raid(self) -> None:
        root = f"uuid:{self.new_id()}"
        people = [{"nama_lengkap": "tanpa nama", "usia": str(self.chance.randint(20, 40))} for _ in range(3)]
        ids, xml = letter(self.office.schema("razia_surat"), people, instance=root)
        self.send(xml)
        self.ids += ids
        self.sent.append(Sent("razia_surat", root, tuple(ids), ids))
        self.note(f"letter {root[5:9]} {[case[:4] for case in ids]}")

    def siblings(self) -> None:
        known = self.of_sop("razia")
        if not known:
            return
        named = self.chance.sample(known, min(len(known), self.chance.randint(1, 3)))
        root = f"uuid:{self.new_id()}"
        schema, day = self.office.schema("razia_kunjungan"), self.chance.choice(DAYS)
        self.send(visit(schema, dict.fromkeys(named, "sehat"), day=day, instance=root))
        self.sent.append(Sent("razia_kunjungan", root, tuple(named)))
        self.note(f"visit {root[5:9]} of {[case[:4] for case in named]}")

    def correct(self) -> None:
        """An edit, which may name another case, or other people."""
        if not self.sent:
            return
        one = self.chance.choice(self.sent)
        new = f"uuid:{self.new_id()}"
        if one.form == "abh_laporan_awal":
            self._report(one.named[0], new, one.newest)
        elif one.form == "razia_surat":
            ids = [case for case in one.ids if self.chance.random() < 0.7]
            people = [{"nama_lengkap": "tanpa nama", "kelurahan": "Bugul"} for _ in ids]
            schema = self.office.schema("razia_surat")
            self.send(letter(schema, people, ids=ids, instance=new, deprecated=one.newest)[1])
            one.named = tuple(ids)
        elif one.form == "razia_kunjungan":
            known = self.of_sop("razia")
            named = self.chance.sample(known, self.chance.randint(1, min(3, len(known))))
            schema, seen = self.office.schema("razia_kunjungan"), dict.fromkeys(named, "sakit")
            self.send(visit(schema, seen, day="2026-03-01", instance=new, deprecated=one.newest))
            one.named = tuple(named)
        else:
            case = self.any_case() if self.chance.random() < 0.3 else one.named[0]
            self._follow(one.form, case, new, deprecatedID=one.newest)
            one.named = (case,)
        one.newest = new
        self.note(f"correct {one.form} {one.root[5:9]} naming {[case[:4] for case in one.named]}")

    def review(self) -> None:
        if not self.sent:
            return
        one, state = self.chance.choice(self.sent), self.chance.choice(["rejected", None])
        self.note(f"review {one.form} {one.root[5:9]} {state}")
        review(self.office.store, self.hadi, self.office.project, one.form, one.root, state)

    def merge(self) -> None:
        known = self.of_sop(self.chance.choice(["abh", "abh", "razia"]))
        if len(known) > 1:
            one, two = self.chance.sample(known, 2)
            self.note(f"merge {one[:4]} {two[:4]}")
            merge(self.office.store, self.hadi, self.office.project, one, {"with": two, "reason": "sama"})

    def aliases(self) -> list[tuple[str, str]]:
        with self.office.store.read() as db:
            return sorted((row.id, row.case_id) for row in db.execute(select(cases.alias)))

    def unmerge(self) -> None:
        if known := self.aliases():
            part, whole = self.chance.choice(known)
            self.note(f"part {part[:4]} of {whole[:4]}")
            unmerge(self.office.store, self.hadi, self.office.project, whole, {"with": part, "reason": "beda"})

    def there_and_back(self) -> None:
        """A merge taken back at once leaves both as they were."""
        known = [file for file in self.files() if file.sop.sop.sop_id == "abh"]
        if len(known) < 2:
            return
        one, two = self.chance.sample(known, 2)
        self.note(f"merge and part {one.id[:4]} {two.id[:4]}")
        body = {"with": two.id, "reason": "sama"}
        older = merge(self.office.store, self.hadi, self.office.project, one.id, body)
        younger = ({one.id, two.id} - {older}).pop()
        unmerge(self.office.store, self.hadi, self.office.project, older, {"with": younger, "reason": "keliru"})
        for file in (one, two):
            assert self.file(file.id).state == file.state, self.log[-15:]

    def move(self) -> None:
        if self.ids:
            case = self.any_case()
            sop = self.chance.choice(["razia", "abh"])
            self.note(f"move {case[:4]} to {sop}")
            new = move(self.office.store, self.hadi, self.office.project, case, {"toSop": sop, "reason": "salah"})
            self.note(f"  as {new[:4]}")
            self.ids.append(new)

    def undo_move(self) -> None:
        moved = [file.id for file in self.files() if any(e.type in ("move", "start_at") for e in file.events)]
        if moved:
            case = self.chance.choice(moved)
            self.note(f"undo move {case[:4]}")
            undo_move(self.office.store, self.hadi, self.office.project, case, {"reason": "keliru"})

    def relink(self) -> None:
        single = [one for one in self.sent if one.form in SINGLE]
        if single:
            one, to = self.chance.choice(single), self.any_case()
            self.note(f"relink {one.form} {one.root[5:9]} to {to[:4]}")
            relink(self.office.store, self.hadi, self.office.project, one.root, one.form, to, "salah kasus")

    def link(self) -> None:
        waits = (cases.task.c.kind == "unplaced", cases.task.c.done_at.is_(None))
        with self.office.store.read() as db:
            found = sorted(db.execute(select(cases.task.c.id).where(*waits)).scalars())
        if found:
            task, to = self.chance.choice(found), self.any_case()
            self.note(f"link task {task[:4]} to {to[:4]}")
            link_by_hand(self.office.store, self.hadi, self.office.project, task, to)

    def _act(self, **body: object) -> None:
        if self.ids:
            case = self.any_case()
            self.note(f"{body['type']} {case[:4]}")
            record(self.office.store, self.hadi, self.office.project, case, body)

    def close(self) -> None:
        self._act(type="close", closeReason="ditarik", reason="keluarga menarik laporan")

    def reopen(self) -> None:
        self._act(type="reopen", step="s03", reason="datang lagi")

    # --- what must hold ----------------------------------------------------------------------

    def file(self, case_id: str) -> CaseFile:
        with self.office.store.read() as db:
            file = read_case(db, self.definitions, self.office.project, case_id)
        assert file is not None
        return file

    def files(self) -> list[CaseFile]:
        """Every case that stands for itself."""
        with self.office.store.read() as db:
            gone = select(cases.alias.c.id)
            ids = sorted(db.execute(select(cases.case.c.id).where(cases.case.c.id.not_in(gone))).scalars())
        return [self.file(case_id) for case_id in ids]

    def hold(self) -> None:
        """Whatever was done: every case is what its events say, and every form counts where it should, once."""
        files = self.files()
        told = self.log[-25:]
        with self.office.store.read() as db:
            for part, _ in self.aliases():
                own = read_own(db, self.definitions, self.office.project, part)
                assert own is not None
                assert own.state is not None
                assert own.state.close_reason == "digabung", told
                if not any(event.data.get("from") for event in own.events if event.type == "merge"):
                    self._is_its_events(own, told)
            for file in files:
                assert file.state is not None
                self._is_its_events(file, told)
                rows = db.execute(select(cases.step).where(cases.step.c.case_id == file.id)).all()
                assert {(r.step, r.visit, r.state) for r in rows} == {
                    (v.step, v.visit, v.state) for v in file.state.visits
                }, told
                shown = db.execute(
                    select(entities.entity.c.workflow).where(entities.entity.c.id == file.id)
                ).scalar_one()
                assert (loads(shown)["terbuka"] == "ya") == (file.state.status == "open"), told
                waits = (cases.task.c.kind == "waiting", cases.task.c.done_at.is_(None))
                asked = db.execute(select(cases.task.c.args).where(*waits, cases.task.c.case_id == file.id)).scalars()
                assert sorted(loads(args)["instance_id"] for args in asked) == sorted(
                    w.instance_id for w in file.state.waiting
                ), (file.id, told)
            faults = db.execute(select(cases.task).where(cases.task.c.fault == "program")).all()
            assert not faults, (faults, told)
            where = self._counting(db, files)
            kept = db.execute(
                select(submissions.submission, form_table.c.xml_form_id).join(
                    form_table, form_table.c.id == submissions.submission.c.form_id
                )
            ).all()
            for one in kept:
                self._counts(db, one, where.get((one.xml_form_id, one.instance_id), []), told)

    def _is_its_events(self, file: CaseFile, told: list[str]) -> None:
        with self.office.store.read() as db:
            calendar = self.definitions.calendar(db, file.project_id, file.sop.id)
        assert fold(file.sop.sop, file.events, calendar) == file.state, (file.id, told)

    def _counting(self, db: Connection, files: Sequence[CaseFile]) -> dict[tuple[str, str], list[tuple[str, int]]]:
        """Of every submission the cases it counts in, each with the revision that counts."""
        rows = db.execute(select(cases.event.c.id, cases.event.c.revision_id))
        revisions = {row.id: row.revision_id for row in rows}
        found: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for file in files:
            calendar = self.definitions.calendar(db, file.project_id, file.sop.id)
            for item in canonical(file.events, calendar, plan(file.sop.sop).opens).items:
                if item.event.instance_id and item.event.type != "review":
                    key = (item.event.form or "", item.event.instance_id)
                    found.setdefault(key, []).append((file.id, revisions[item.event.id]))
        return found

    def _counts(self, db: Connection, one: Any, counted: list[tuple[str, int]], told: list[str]) -> None:
        waits = (cases.task.c.kind == "unplaced", cases.task.c.done_at.is_(None))
        asked = db.execute(select(cases.task.c.id).where(*waits, cases.task.c.revision_id == one.revision_id)).first()
        name = (one.xml_form_id, one.instance_id[5:9], one.review_state, [case[:4] for case, _ in counted])
        if one.review_state == "rejected":
            assert counted == [], (name, "rejected and counted", told)
        elif one.xml_form_id in SINGLE:
            assert len(counted) == 1 or (asked and len(counted) < 2), (name, "counts once", told)
            assert asked or counted[0][1] == one.revision_id, (name, "newest counts", told)
        elif one.xml_form_id == "razia_kunjungan":
            assert asked or counted, (name, "kept nowhere", told)
            assert asked or {revision for _, revision in counted} == {one.revision_id}, (name, "newest", told)
