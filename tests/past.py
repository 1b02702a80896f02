"""Past cases of an office in numbers: what came in and how far it went, sent as phones send it."""

from collections.abc import Iterator
from uuid import uuid4

from tests.office import Office
from tests.sending import follow_up, intake, send


class Past:
    """Children reported to Kota Pasuruan; each `child` is a case with the forms that were sent for it."""

    def __init__(self, office: Office, phone: str = "Ponsel lama") -> None:
        self.office = office
        self._url = office.phone_url(phone)

    def child(self, age: int, *forms: tuple[str, dict[str, str]], day: str = "2026-03-02") -> str:
        """An intake of a child of this age and its follow-ups, all of the same day; gives the case id."""
        case, xml = intake(self.office.schema("abh_laporan_awal"), age=age, day=day, case=str(uuid4()))
        self._send(xml)
        self.follow(case, *forms, day=day)
        return case

    def follow(self, case: str, *forms: tuple[str, dict[str, str]], day: str = "2026-03-02") -> None:
        """Sends follow-ups of a case, one after the other."""
        for form, answers in forms:
            self._send(follow_up(self.office.schema(form), case, answers, day=day))

    def conference(self, age: int, seriousness: str) -> str:
        """A child up to the case conference, which decides between RJ and UPPA."""
        return self.child(
            age,
            ("abh_asesmen", {"berat_tindakan": seriousness}),
            ("abh_konferensi_kasus", {"berat_tindakan": seriousness}),
        )

    def conferences(self, *ages: int, seriousness: str = "berat") -> dict[int, str]:
        """One child of each age up to the conference: {age: case id}."""
        return dict(self._each(ages, seriousness))

    def _each(self, ages: tuple[int, ...], seriousness: str) -> Iterator[tuple[int, str]]:
        for age in ages:
            yield age, self.conference(age, seriousness)

    def _send(self, xml: bytes) -> None:
        got = send(self._url, xml)
        assert got.status == 201, got.text
