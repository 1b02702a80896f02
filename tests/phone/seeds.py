"""Every shipped form filled at random by a phone and sent in the order of its SOP, so that each is linked and routed.

The answers that choose a way are given (`WAYS`), all others are made up by the seed. One round takes
every form of an SOP at least once; a form is filled no more often than the rounds ask, except where it
is the only way to the next one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from json import loads
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import Connection, select

from forms import submission
from forms.schema import Schema
from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.publish import publish_folders
from server.actions.users import add_user
from server.queries.definitions import definitions_of, find_form
from server.store import Store, cases, projects, submissions
from server.store.forms import form as form_table
from tests.office import PASSWORD, SECRET, Client
from tests.phone.collect import Instance, Phone
from tests.phone.javarosa import Refused
from tests.phone.random_answers import PIXEL, Photo

XLSFORMS = Path(__file__).parents[2] / "xlsforms"
MOST_FORMS = 25
"""Forms one case may take before it counts as going round in circles."""

Way = Mapping[str, Mapping[str, object]]
_AGE_14 = {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 14, "taksiran_min": 14, "taksiran_maks": 14}
_HOME = {"alamat_keluarga": "ditemukan", "hasil_penelusuran": "ditemukan_bersedia"}
_PAPER = Photo("surat.jpg", PIXEL)
_NOWHERE = {"alamat_keluarga": "belum_ditemukan", "hasil_penelusuran": "tidak_ditemukan"}
# The answers that route, by instrument; an SOP's ways together take all its forms.
WAYS: Mapping[str, Sequence[Way]] = {
    "abh": (
        {
            "laporan_awal": {"jenis_masuk": "laporan", **_AGE_14},
            "konferensi_kasus": {"berat_tindakan": "ringan"},
            "putusan_rj": {"hasil_rj": "sepakat"},
            "pemantauan": {"tujuan_tercapai": "ya"},
            "asesmen": {"data_anak_berubah": "tidak"},
        },
        {
            "laporan_awal": {"jenis_masuk": "undangan_rj", **_AGE_14},
            "putusan_rj": {"hasil_rj": "gagal"},
            "kunjungan_rumah": {"data_anak_berubah": "tidak"},
        },
        {"laporan_awal": {"jenis_masuk": "undangan_diversi"}},
    ),
    "tuna_sosial": (
        {
            "konferensi_kasus": {
                "punya_jks": "tidak",
                "bersekolah": "tidak",
                "butuh_rehab": "ya",
                "butuh_darurat": "ya",
            },
            "monitoring": {"pulih": "ya", "dijamin": "ya", "butuh_lanjut": "tidak", "layanan_terpenuhi": "ya"},
        },
    ),
    "tuna_susila": (
        {
            "laporan_awal": {"berkas_lengkap": "ya"},
            "asesmen_awal": {"darurat": "ya", "perlu_pengamanan": "ya"},
            "disposisi": {"disposisi": "ya"},
        },
    ),
    "anjal_terlantar": (
        {
            "berkas_administrasi": {"laporan_sosial": "Laporan sosial anak sudah lengkap."},
            "telaah_kabid": {"paraf": "ya"},
            "tanda_tangan_kadis": {"tanda_tangan": "ya"},
            "pendampingan": {"diterima_upt": "ya", "form_rujukan": _PAPER},
        },
    ),
    "gelandangan": (
        {
            "asesmen": {"asal": "kota_banjar"},
            "penelusuran": _HOME,
            "reunifikasi": {"hasil_reunifikasi": "diterima"},
            "home_visit": {"perlu_kunjungan_lanjutan": "tidak"},
        },
        {
            "asesmen": {"asal": "luar_kota"},
            "penelusuran": _NOWHERE,
            "koordinasi": {"hasil_koordinasi": "belum_ditemukan"},
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Service:
    """One published SOP: its project, and its forms by instrument, the intake first."""

    sop_id: str
    project: int
    forms: Mapping[str, Schema]
    intake: str


@dataclass
class Tally:
    """What was filled, what of it reached a case, and what went wrong."""

    filled: Counter[str] = field(default_factory=Counter)
    routed: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    closed: int = 0
    refused: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The counts, a line per form."""
        return [
            f"{form}: {count} filled, {self.routed[form]} placed in a case"
            for form, count in sorted(self.filled.items())
        ]


def settle(store: Store) -> None:
    """Publishes every office with its SOPs, and gives each a supervisor who confirms what waits for one."""
    publish_folders(store, OPERATOR, [XLSFORMS])
    with store.read() as db:
        ids = db.execute(select(projects.project.c.id)).scalars().all()
    for project in ids:
        add_user(
            store,
            OPERATOR,
            supervisor_of(project),
            role="supervisor",
            project_id=project,
            name="Hadi Prasetyo",
            password=PASSWORD,
        )


def supervisor_of(project: int) -> str:
    """The log-in of the project's supervisor."""
    return f"hadi{project}@uji.test"


def services(store: Store) -> list[Service]:
    """The SOPs that are published here."""
    with store.read() as db:
        return [_service(store, db, sop_id) for sop_id in WAYS if _project_of(db, sop_id) is not None]


def _project_of(db: Connection, sop_id: str) -> int | None:
    c = form_table.c
    return db.execute(select(c.project_id).where(c.xml_form_id.startswith(f"{sop_id}_", autoescape=True))).scalar()


def _service(store: Store, db: Connection, sop_id: str) -> Service:
    project = _project_of(db, sop_id)
    assert project is not None
    folder = next(XLSFORMS.glob(f"*/{sop_id}/sop.xlsx")).parent
    forms: dict[str, Schema] = {}
    for file in sorted(folder.glob(f"{sop_id}_*.xlsx")):
        found = find_form(db, project, file.stem)
        assert found is not None
        assert found.current_version_id is not None
        version = definitions_of(store).form_version(found.current_version_id)
        forms[file.stem.removeprefix(f"{sop_id}_")] = version.schema
    intake = next(name for name, schema in forms.items() if any(item.create for item in schema.entities))
    return Service(sop_id, project, forms, intake)


class Officer:
    """An officer of one office with a phone, who does whatever the office's cases wait for."""

    def __init__(self, store: Store, address: str, service: Service, tally: Tally) -> None:
        self.store = store
        self.service = service
        self.tally = tally
        made = add_phone(store, OPERATOR, service.project, f"Ponsel {service.sop_id}", None, secret=SECRET.encode())
        self.phone = Phone(f"{address}/v1/key/{made.token}/projects/{service.project}").sync()
        self.supervisor = Client(address, supervisor_of(service.project))
        self.wanted = 0
        self._online = True
        self._seed = 0

    def round(self, number: int) -> None:
        """Fills until every form has been filled `number` + 1 times, each way of the SOP once.

        On every other way the phone has a signal for the intake alone: it fills the rest from what it knows.
        """
        self.wanted = number + 1
        for turn, way in enumerate(WAYS[self.service.sop_id]):
            self._seed = 10_000 * number + 1_000 * turn
            self._online = (number + turn) % 2 == 0
            self._way(way)

    def missing(self) -> list[str]:
        """Instruments that were filled less often than wanted."""
        sop = self.service.sop_id
        return [name for name in self.service.forms if self.tally.filled[f"{sop}_{name}"] < self.wanted]

    def _way(self, way: Way) -> None:
        if not self.missing():
            return
        opened = self._fill(self.service.intake, way, [])
        self.tally.cases += len(opened)
        for _ in range(MOST_FORMS):
            waiting = self._waiting(opened[0])
            wanted = [name for name in waiting if name in self.missing()]
            if not waiting or not self.missing():
                return
            self._fill((wanted or waiting)[0], way, opened)
            self._confirm(opened[0])
        self.tally.refused.append(f"{self.service.sop_id}: a case goes round in circles")

    def _case(self, case_id: str) -> dict[str, Any]:
        """The folded case as the office keeps it."""
        c = cases.case.c
        with self.store.read() as db:
            found: dict[str, Any] = loads(db.execute(select(c.state).where(c.id == case_id)).scalar_one())
        return found

    def _waiting(self, case_id: str) -> list[str]:
        """Instruments the case waits for, in the order of its open steps."""
        found = self._case(case_id)
        self.tally.lost += [f"{item['form']} waits: {item['reason']}" for item in found["waiting"]]
        if found["closed_on"]:
            self.tally.closed += 1
        forms = [visit["form"] for visit in found["visits"] if _unfilled(visit)]
        return [form.removeprefix(f"{self.service.sop_id}_") for form in dict.fromkeys(forms)]

    def _confirm(self, case_id: str) -> None:
        for visit in self._case(case_id)["visits"]:
            if visit["waits_for"] == "supervisor":
                told = self.supervisor.post(
                    f"/v1/projects/{self.service.project}/cases/{case_id}/events",
                    {"type": "confirm", "step": visit["step"]},
                )
                assert told.status == 200, told.text

    def _fill(self, name: str, way: Way, case_ids: Sequence[str]) -> list[str]:
        """Fills one form and sends it; gives the cases it names or opens."""
        form_id = f"{self.service.sop_id}_{name}"
        answers: dict[str, object] = dict(way.get(name, {}))
        if self._online or not case_ids:
            self.phone.sync()
        else:
            answers["tampil"] = "semua"
        schema = self.service.forms[name]
        if case_ids:
            field_ = schema.by_name("kasus_id")
            assert field_ is not None
            repeat = field_.path.strip("/").split("/")[:-1]
            named = {"kasus_id": case_ids[0]}
            answers |= {repeat[-1]: [named]} if repeat else named
        self._seed += 1
        instance = self._finished(form_id, answers)
        self.phone.resend(instance)
        self.tally.filled[form_id] += 1
        if instance.status != 201:
            self.tally.refused.append(f"{form_id} seed {self._seed}: {instance.status} {instance.message}")
            return list(case_ids)
        self._kept(form_id, schema, instance)
        return list(case_ids) or instance.entity_ids()

    def _finished(self, form_id: str, answers: dict[str, object]) -> Instance:
        """The record as the phone would let it go; an answer the form's rules refuse is made up anew."""
        for attempt in range(20):
            try:
                return self.phone.report(form_id, answers, seed=self._seed + 100_000 * attempt)
            except Refused as refused:
                last = refused
        raise last

    def _kept(self, form_id: str, schema: Schema, instance: Instance) -> None:
        """The bytes are the phone's, every answer in them has its type, and the case is told of them."""
        where = f"{form_id} seed {self._seed}"
        r, e = submissions.revision.c, cases.event.c
        with self.store.read() as db:
            kept = db.execute(select(r.id, r.xml).where(r.instance_id == instance.instance_id)).one()
            events = db.execute(select(e.id).where(e.revision_id == kept.id)).all()
        if bytes(kept.xml) != instance.xml:
            self.tally.lost.append(f"{where}: other bytes")
        reading = submission.read(bytes(kept.xml), schema)
        self.tally.lost += [f"{where}: unknown {path}" for path, _ in reading.unknown]
        self.tally.lost += [f"{where}: {path} is no {kind}: {text}" for path, text, kind in reading.mistyped]
        self.tally.lost += [f"{where}: {what}" for what in differences(instance.xml, reading.paths, schema)]
        if events:
            self.tally.routed[form_id] += 1
        else:
            self.tally.lost.append(f"{where}: in no case")


def _unfilled(visit: Mapping[str, Any]) -> bool:
    """Whether a visit still waits for its form; one whose form came may yet wait for a paper or a person."""
    return visit["state"] == "open" and bool(visit["form"]) and not visit["instance_id"]


def differences(xml: bytes, paths: Mapping[str, object], schema: Schema) -> Iterator[str]:
    """Answers of the phone's XML that the typed answers do not say."""
    known = schema.by_path

    def walk(element: etree._Element, path: str, told: Mapping[str, object]) -> Iterator[str]:
        rows: Counter[str] = Counter()
        for child in element:
            name = etree.QName(child).localname
            here = f"{path}/{name}"
            item = known.get(here)
            if name == "meta" or item is None:
                continue
            if item.kind == "repeat":
                held = told.get(here)
                assert isinstance(held, list)
                yield from walk(child, here, held[rows[here]])
                rows[here] += 1
            elif item.kind == "group":
                yield from walk(child, here, told)
            elif not _same(child.text or "", told.get(here)):
                yield f"{here}: {child.text!r} became {told.get(here)!r}"

    yield from walk(etree.fromstring(xml), "", paths)


def _same(text: str, value: object) -> bool:
    if isinstance(value, datetime):
        return datetime.fromisoformat(text) == value
    if isinstance(value, date):
        return date.fromisoformat(text[:10]) == value
    if isinstance(value, bool):
        return text in ("true", "1") if value else text in ("false", "0", "")
    if isinstance(value, int | float):
        return float(text) == value
    return text.strip() == str("" if value is None else value).strip()


def run(store: Store, address: str, rounds: int, only: Sequence[str] = ()) -> Tally:
    """Fills every form of every SOP (or of those in `only`) `rounds` times."""
    tally = Tally()
    for service in services(store):
        if only and service.sop_id not in only:
            continue
        officer = Officer(store, address, service, tally)
        for number in range(rounds):
            officer.round(number)
        tally.refused += [f"{service.sop_id}: {name} was never reached" for name in officer.missing()]
    return tally
