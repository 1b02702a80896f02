"""Children in conflict with the law in Kota Pasuruan (SOP 003)."""

from datetime import date, timedelta

from tests.demo.people import Person, person
from tests.demo.stories import SUPERVISOR, Case, Manner, Script, Service, ended_early, identity

PEKSOS, TKSK, DATIN = "peksos", "tksk", "staf_datin"
_ENTRANCES = ("laporan", "laporan", "laporan", "undangan_rj", "undangan_diversi")
_AGES = (9, 10, 11, 11, 12, 12, 13, 14, 14, 15, 15, 16, 16, 17, 17)
_LAW = 12
"""From this age on a serious act goes to the police."""


def tell(script: Script) -> None:
    """From the report or the invitation to the archive."""
    age = script.random.choice(_AGES)
    child = person(script.random, script.town, script.day - timedelta(days=10), age)
    script.people.append(child)
    entrance = script.random.choice(_ENTRANCES)
    severe = "berat" if script.chance(0.35) else "ringan"
    pace = script.pace()
    script.open(PEKSOS, "laporan_awal", **_report(script, child, entrance, script.day))
    if script.chance(0.06):
        _reported_again(script, child)
    if ended_early(script):
        return
    if entrance == "undangan_diversi":
        script.later(1 + pace).fill(PEKSOS, "pendampingan_aph")
        _diversion(script.later(2 + pace))
        return
    if entrance == "undangan_rj":
        script.later(1 + pace).fill(PEKSOS, "kunjungan_rumah")
    else:
        script.later(script.random.randint(0, 1) + pace).fill(PEKSOS, "asesmen", berat_tindakan=severe)
        if script.chance(0.1):
            script.later(0).send_back("asesmen", "Kesimpulan asesmen belum diisi.")
            script.later(1).correct(PEKSOS, "asesmen", kesimpulan="Anak mengakui perbuatannya; keluarga mendukung.")
        script.later(1 + pace).fill(PEKSOS, "konferensi_kasus", berat_tindakan=severe)
        if age >= _LAW and severe == "berat" and not _forgiven(script):
            script.later(1)
            _police(script, pace)
            return
        script.later(1).fill(PEKSOS, "upaya_rj")
    _settlement(script.later(1 + pace), age, pace)


def _reported_again(script: Script, child: Person) -> None:
    """A second officer takes the same child in; the supervisor merges what was proposed, or has not looked yet."""
    again = _report(script, child, "laporan", script.day)
    again |= {"nama_lengkap": child.name, "nik": child.nik}
    script.open(PEKSOS, "laporan_awal", 1, **again)
    if script.chance(0.7):
        script.later(1).web(SUPERVISOR, "merge", other=Case(1), reason="Anak yang sama, dilaporkan dua kali.")


def _forgiven(script: Script) -> bool:
    """The supervisor may take another way than the rules, with a reason."""
    if not script.chance(0.2):
        return False
    reason = "Keluarga korban memaafkan dan meminta penyelesaian kekeluargaan; polisi sudah diberi tahu."
    script.web(SUPERVISOR, "override", step="s06", to=["s07"], reason=reason)
    return True


def _settlement(script: Script, age: int, pace: int) -> None:
    while script.chance(0.15):
        script.fill(PEKSOS, "putusan_rj", hasil_rj="gagal").later(2 + pace)
        if age >= _LAW:
            _police(script, pace)
            return
        script.fill(PEKSOS, "konferensi_kasus", berat_tindakan="ringan")
        script.later(2).fill(PEKSOS, "upaya_rj").later(2)
    script.fill(PEKSOS, "putusan_rj", hasil_rj="sepakat", interval_monitoring=28)
    _aftercare(script)


def _police(script: Script, pace: int) -> None:
    script.fill(PEKSOS, "pelaporan_uppa")
    _diversion(script.later(2 + pace))


def _diversion(script: Script) -> None:
    script.fill(PEKSOS, "diversi", interval_monitoring=28)
    _aftercare(script)


def _aftercare(script: Script) -> None:
    for visit in range(visits := script.random.choice((1, 2, 2, 3))):
        script.later(script.random.choice((0, 0, 0, 0, 1, 4)), days=28)
        reached = visit == visits - 1
        next_visit: dict[str, object] = {} if reached else {"interval_monitoring": 28}
        by = TKSK if script.chance(0.4) else PEKSOS
        if by == TKSK:
            script.give(TKSK, "s11")
        script.fill(by, "pemantauan", tujuan_tercapai="ya" if reached else "tidak", **next_visit)
    script.later(script.random.choice((0, 0, 1))).fill(PEKSOS, "terminasi")
    script.later(script.random.choice((0, 0, 0, 1, 3))).web(SUPERVISOR, "confirm", step="s12")
    script.later(script.random.choice((1, 2, 3, 5))).fill(PEKSOS, "laporan_kasus")
    script.later(1).fill(DATIN, "arsip")


def _report(script: Script, child: Person, entrance: str, day: date) -> dict[str, object]:
    happened = day - timedelta(days=script.random.randint(0, 9))
    return {
        "tgl_laporan": day,
        "jenis_masuk": entrance,
        "sumber_laporan": "keluarga" if entrance == "laporan" else "polisi",
        "tgl_kejadian": happened,
        "jml_anak": 1,
        **identity(script, child, happened),
    }


MANNER = Manner(
    usual={
        "korban_anak": ("tidak", "ya"),
        "jenis_perbuatan": (
            "pencurian",
            "penganiayaan",
            "perundungan",
            "tawuran",
            "perusakan",
            "lalu_lintas",
            "ite",
        ),
        "pelanggaran_ulang": ("tidak",),
        "peran_anak": ("pelaku",),
        "alasan_kelayakan": (),
    },
    sentences={
        "kronologi": (
            "Anak mengambil telepon genggam milik tetangga; barang sudah dikembalikan.",
            "Terjadi perkelahian sepulang sekolah; seorang teman terluka ringan.",
            "Anak bersama dua temannya merusak kaca warung pada malam hari.",
            "Anak mengunggah gambar teman sekelas tanpa izin, lalu diperdebatkan di sekolah.",
            "Sepeda motor dipinjam tanpa izin dan menabrak pagar.",
        ),
        "hasil": (
            "Keluarga menerima penjelasan dan bersedia hadir pada pertemuan berikutnya.",
            "Anak didampingi selama pemeriksaan dan dapat menjawab dengan tenang.",
            "Kedua keluarga bertemu dan saling memaafkan.",
        ),
        "alasan": (
            "Sekolah sudah kembali lancar dan keluarga mengawasi dengan baik.",
            "Masih sering pulang malam; perlu kunjungan lagi.",
            "Orang tua korban belum bersedia berdamai.",
        ),
        "proses": ("Musyawarah berlangsung di balai kelurahan, dipandu lurah, dihadiri kedua keluarga.",),
        "kesimpulan": ("Anak mengakui perbuatannya dan menyesal; keluarga mendukung.",),
        "sanksi": ("Membersihkan musala setiap Sabtu pagi selama satu bulan.",),
        "pasal": ("Pasal 362 KUHP", "Pasal 351 KUHP", "Pasal 170 KUHP"),
    },
    always=frozenset({"korban_anak"}),
)
SERVICE = Service("abh", "abh_laporan_awal", PEKSOS, 60 / 180, MANNER, tell)
