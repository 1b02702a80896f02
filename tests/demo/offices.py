"""The four offices of the demo and who works there, as in sheet `officers` of each office's workbook."""

from dataclasses import dataclass

from tests.demo import abh, anjal_terlantar, gelandangan, tuna_sosial, tuna_susila
from tests.demo.people import Town
from tests.demo.stories import Service


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """An office: its project's name, the domain of its log-ins, its people (log-in, name, role) and services.

    `desks`: roles that work on the web only and carry no phone.
    """

    name: str
    domain: str
    town: Town
    people: tuple[tuple[str, str, str], ...]
    services: tuple[Service, ...]
    desks: frozenset[str] = frozenset({"supervisor"})

    def login(self, name: str) -> str:
        return f"{name}@{self.domain}"


OFFICES = (
    DemoOffice(
        "Dinas Sosial Kota Pasuruan",
        "pasuruan.contoh",
        Town("3575", "671", ("Pasuruan", "Probolinggo", "Malang")),
        (
            ("ratna", "Ratna Misalia", "peksos"),
            ("dimas", "Dimas Andaika", "peksos"),
            ("laila", "Laila Contohni", "peksos"),
            ("hari", "Hari Umpama", "tksk"),
            ("siti", "Siti Tamsilah", "tksk"),
            ("agus", "Agus Rekaan", "staf_datin"),
            ("joko", "Joko Permisalan", "supervisor"),
        ),
        (abh.SERVICE, tuna_sosial.SERVICE),
    ),
    DemoOffice(
        "Dinas Sosial Kota Pangkalpinang",
        "pangkalpinang.contoh",
        Town("1971", "331", ("Pangkalpinang", "Sungailiat", "Palembang")),
        (
            ("nurul", "Nurul Umpamawati", "peksos_kasi"),
            ("feri", "Feri Rekaanto", "peksos_kasi"),
            ("marlina", "Marlina Andaikata", "peksos_kasi"),
            ("rosidah", "Rosidah Tamsilwati", "ketua_rps"),
            ("yusuf", "Yusuf Misalkan", "kabid"),
            ("linda", "Linda Contohani", "supervisor"),
        ),
        (tuna_susila.SERVICE,),
        frozenset({"supervisor", "kabid"}),
    ),
    DemoOffice(
        "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kabupaten Lumajang",
        "lumajang.contoh",
        Town("3508", "673", ("Lumajang", "Jember", "Malang")),
        (
            ("wahyu", "Wahyu Rekawan", "petugas"),
            ("dewi", "Dewi Tamsilningsih", "sakti_peksos"),
            ("arif", "Arif Umpamanto", "sakti_peksos"),
            ("rina", "Rina Misalsari", "peksos"),
            ("joko", "Joko Contohadi", "peksos"),
            ("budi", "Budi Andaiwan", "subkoor"),
            ("susi", "Susi Rekaaningrum", "kasi"),
            ("retno", "Retno Misalwati", "kabid"),
            ("endang", "Endang Perumpami", "kadis"),
            ("slamet", "Slamet Contoharjo", "supervisor"),
        ),
        (anjal_terlantar.SERVICE,),
        frozenset({"supervisor", "kabid", "kadis"}),
    ),
    DemoOffice(
        "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kota Banjar",
        "banjar.contoh",
        Town("3279", "463", ("Banjar", "Ciamis", "Tasikmalaya")),
        (
            ("yayat", "Yayat Umpama", "petugas_rehsos"),
            ("iis", "Iis Tamsilah", "petugas_rehsos"),
            ("cecep", "Cecep Misalno", "petugas_rehsos"),
            ("dadan", "Dadan Andaian", "supervisor"),
        ),
        (gelandangan.SERVICE,),
    ),
)
