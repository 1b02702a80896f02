"""Raids in Kota Banjar: one letter of Satpol PP, a case for each person in it (SOP 004)."""

from datetime import timedelta
from typing import Any

from tests.demo.people import ADULT, Person, person
from tests.demo.stories import SUPERVISOR, Case, Manner, Script, Service, identity, moment

OFFICER = "petugas_rehsos"
_HOME = {"setuju_klien": "ya", "hasil_reunifikasi": "diterima", "jenis_serah": "ke_keluarga", "kesanggupan": "ya"}
_REFUSED = {"setuju_klien": "ya", "hasil_reunifikasi": "ditolak", "alasan_tolak": "keluarga menolak"}
_ORIGINS = ("kota_banjar", "kota_banjar", "luar_kota", "luar_kota", "luar_kota", "tidak_diketahui")


def tell(script: Script) -> None:
    """A raid by night, the letter next morning, guidance for all together, then each person's own way."""
    for _ in range(script.clients):
        age = script.random.randint(ADULT, 70)
        script.people.append(person(script.random, script.town, script.day - timedelta(days=10), age, 0.3))
    came = moment(script.random, script.day)
    script.open(
        OFFICER,
        "surat_permohonan",
        waktu_lapor=came,
        waktu_informasi=came + timedelta(minutes=script.random.choice((10, 15, 20, 25, 40))),
        kanal="surat",
        sumber_laporan="satpol_pp",
        tgl_kejadian=script.day - timedelta(days=1),
        jml_klien=len(script.people),
        klien=[_row(script, client) for client in script.people],
    )
    begun = script.day
    origins = [script.random.choice(_ORIGINS) for _ in script.people]
    for place, origin in enumerate(origins):
        script.fill(OFFICER, "asesmen", Case(place), asal=origin)
    rows = [{"kasus_id": Case(place), "hadir": "hadir"} for place in range(len(script.people))]
    script.later(0, days=1).fill(OFFICER, "bimbingan", None, jenis=["sosial"], peserta=rows)
    for place, origin in enumerate(origins):
        script.day = begun
        _way(script.later(0, days=script.random.choice((1, 1, 1, 1, 2, 4))), Case(place), origin)


def _row(script: Script, client: Person) -> dict[str, object]:
    known = identity(script, client, script.day - timedelta(days=1))
    return {**known, "ppks_utama": "gelandangan", "ancaman_segera": "tidak", "perlu_medis": "tidak"}


def _way(script: Script, case: Case, origin: str) -> None:
    if script.chance(0.07):
        script.web(SUPERVISOR, "close", case, closeReason="bukan_sasaran", reason="Pedagang yang menunggu bus.")
        return
    found = origin != "tidak_diketahui" and script.chance(0.7)
    result = ("ditemukan_bersedia", "ditemukan") if found else ("tidak_ditemukan", "belum_ditemukan")
    script.fill(OFFICER, "penelusuran", case, hasil_penelusuran=result[0], alamat_keluarga=result[1])
    script.later(script.random.choice((0, 0, 1)))
    if origin == "luar_kota":
        answer = "ditemukan" if found or script.chance(0.4) else "belum_ditemukan"
        script.fill(OFFICER, "koordinasi", case, hasil_koordinasi=answer).later(script.random.choice((0, 1)))
        found = answer == "ditemukan"
    if found and script.chance(0.8):
        script.fill(OFFICER, "reunifikasi", case, **_HOME)
        if origin == "kota_banjar":
            _visited(script, case)
        return
    if found:
        script.fill(OFFICER, "reunifikasi", case, **_REFUSED)
    script.fill(OFFICER, "rujukan", case).later(script.random.choice((0, 1)))
    script.fill(OFFICER, "pengiriman", case, kesanggupan="ya")


def _visited(script: Script, case: Case) -> None:
    for _ in range(script.random.choice((0, 1, 2))):
        more: dict[str, Any] = {"perlu_kunjungan_lanjutan": "ya", "jarak_kunjungan": 14}
        script.later(0, days=14).fill(OFFICER, "home_visit", case, **more)
    script.later(0, days=14).fill(OFFICER, "home_visit", case, perlu_kunjungan_lanjutan="tidak")


MANNER = Manner(
    usual={
        "jenis_masuk": ("razia",),
        "kesanggupan": ("ya",),
        "p2_larangan": ("tidak",),
        "dasar_pemrosesan": ("tugas_publik",),
        "ppks_utama": ("gelandangan",),
    },
    sentences={
        "kronologi": ("Terjaring penertiban malam di terminal dan diserahkan Satpol PP.",),
        "tempat_ditemukan": ("Terminal Banjar", "Alun-alun Banjar", "Emperan pasar"),
        "tema": ("Hidup sehat dan kebersihan diri", "Kembali kepada keluarga"),
        "hasil": ("Klien menerima penjelasan dan bersedia dipulangkan.",),
        "alasan": ("Keluarga belum dapat menerima.",),
        "kesimpulan": ("Klien masih sehat dan mampu merawat diri.",),
    },
)
SERVICE = Service("gelandangan", "gelandangan_surat_permohonan", OFFICER, 30 / 180, MANNER, tell, clients=9)
