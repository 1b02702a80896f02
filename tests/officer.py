"""An officer's days with a phone: the office's real forms filled on JavaRosa, and sent."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from tests.office import Office
from tests.phone.collect import Instance, Phone

WIB = ZoneInfo("Asia/Jakarta")
Answers = dict[str, object]


class Officer:
    """An officer with a phone. Days move with `later`; every answer not given is made up.

    `sop` is the service whose forms are filled; `who` is the log-in the phone is bound to.
    """

    def __init__(
        self, office: Office, name: str = "Ponsel Sri", seed: int = 1, sop: str = "abh", who: str = "sri"
    ) -> None:
        self.office = office
        self.sop = sop
        self.phone = Phone(office.phone_url(name, who)).sync()
        self._random = random.Random(seed)

    @property
    def now(self) -> datetime:
        return self.office.clock().astimezone(WIB)

    @property
    def today(self) -> date:
        return self.now.date()

    def later(self, days: int = 1, hours: int = 0) -> "Officer":
        self.office.clock.advance(days=days, hours=hours)
        return self

    def fill(self, form: str, answers: Answers, on: date | None = None) -> Instance:
        """A finalised record, kept on the phone; `on` is the day the officer says it happened."""
        day = on or self.today
        at = self.now if day == self.today else datetime.combine(day, datetime.min.time(), WIB) + timedelta(hours=14)
        dated = "tgl_kegiatan" if "tgl_kegiatan" in self.phone.forms[form].names else "tgl_laporan"
        return self.phone.report(form, {dated: day, **answers}, at=at, seed=self._random.randrange(10**6))

    def send(self, *instances: Instance) -> None:
        """Sends these (all that is ready when none is named); every one must be taken."""
        for instance in instances or tuple(self.phone.ready):
            self.phone.resend(instance)
            assert instance.status == 201, (instance.status, instance.message)

    def intake(
        self,
        entrance: str = "laporan",
        born: date = date(2012, 5, 4),
        act: date | None = None,
        on: date | None = None,
        **answers: object,
    ) -> str:
        """Takes a case in and sends it; gives the case id its entity was made with."""
        record = self.fill(
            "abh_laporan_awal",
            {
                "jenis_masuk": entrance,
                "tgl_lahir_pasti": "tepat",
                "tgl_lahir": born,
                "tgl_kejadian": act or self.today,
                "nama_lengkap": "Rizky Saputra",
                "inisial": "R. S.",
                **answers,
            },
            on,
        )
        self.send(record)
        return entity_of(record)

    def follow(self, form: str, case: str, on: date | None = None, /, **answers: object) -> Instance:
        """Syncs, fills a follow-up of the case the phone offers, and sends it."""
        self.phone.sync()
        record = self.fill(f"{self.sop}_{form}", {"kasus_id": case, **answers}, on)
        self.send(record)
        return record

    def steps(self, case: str) -> list[str]:
        """The steps the office now sees as open."""
        return self.office.case(case)["openSteps"]


def entity_of(instance: Instance) -> str:
    """The id of the entity a record names."""
    found = etree.fromstring(instance.xml).find(".//{*}meta/{*}entity")
    assert found is not None
    return found.get("id", "")
