"""Women found on the street in Kota Pangkalpinang (SOP 001)."""

from datetime import timedelta

from tests.demo.people import person
from tests.demo.stories import SUPERVISOR, Manner, Script, Service, ended_early, identity

OFFICER, SHELTER, HEAD = "peksos_kasi", "ketua_rps", "kabid"
_AGES = (17, 19, 20, 22, 23, 24, 26, 27, 29, 31, 34, 38, 42)


def tell(script: Script) -> None:
    """From the report over the decision of the head of division to the family or a home."""
    client = person(script.random, script.town, script.day - timedelta(days=10), script.random.choice(_AGES), 0.97)
    script.people.append(client)
    complete = not script.chance(0.2)
    when: dict[str, object] = {"tgl_lengkap": script.day} if complete else {}
    script.open(
        OFFICER,
        "laporan_awal",
        tgl_laporan=script.day,
        berkas_lengkap="ya" if complete else "tidak",
        **when,
        **identity(script, client, script.day - timedelta(days=3)),
    )
    if ended_early(script):
        return
    pace = script.pace()
    urgent = script.chance(0.35)
    need = "ya" if urgent else "tidak"
    script.later(script.random.randint(0, 1)).fill(OFFICER, "asesmen_awal", darurat=need, perlu_pengamanan=need)
    if not complete:
        script.later(1).correct(OFFICER, "laporan_awal", berkas_lengkap="ya", tgl_lengkap=script.day)
    at_once = urgent and script.chance(0.4)
    if at_once:
        script.web(SUPERVISOR, "override", to=["s04"], reason="darurat").fill(SHELTER, "masuk_rps")
    script.later(pace)
    if not at_once and script.chance(0.15):
        _refuse(script)
        return
    script.web(HEAD, "decision", step="s03", answers={"disposisi": "ya", "keputusan": "diterima"})
    if urgent and not at_once:
        script.fill(SHELTER, "masuk_rps")
    if urgent and script.chance(0.25):
        _absconded(script.later(1))
        return
    _handed_over(script.later(pace))


def _refuse(script: Script) -> None:
    said = {"disposisi": "tidak", "keputusan": "ditolak", "alasan_tolak": "luar_wilayah", "rujuk_ke": "dinsos_babel"}
    reason = "Warga kabupaten tetangga; keluarga berada di sana."
    script.web(HEAD, "decision", step="s03", answers={**said, "alasan": reason})


def _absconded(script: Script) -> None:
    search = "Dicari bersama Satpol PP di terminal dan di rumah keluarga selama tiga hari; keluarga diberi tahu."
    script.close("melarikan_diri", "Tidak ada di kamar saat apel pagi.", search=search)


def _handed_over(script: Script) -> None:
    script.fill(OFFICER, "asesmen_lanjutan").later(script.random.choice((0, 0, 0, 1)))
    script.fill(OFFICER, "catatan_kasus").later(script.random.choice((0, 0, 0, 0, 3)))
    to, how = script.random.choice((("keluarga", "ke_keluarga"), ("keluarga", "ke_keluarga"), ("panti", "ke_panti")))
    script.fill(OFFICER, "serah_terima", tujuan_serah=to, jenis_serah=how, kesanggupan="ya", p2_larangan="tidak")


MANNER = Manner(
    usual={
        "jenis_masuk": ("laporan_lisan",),
        "darurat": ("tidak",),
        "perlu_pengamanan": ("tidak",),
        "kesanggupan": ("ya",),
        "p2_larangan": ("tidak",),
    },
    sentences={
        "kronologi": (
            "Klien terlihat di sekitar terminal pada malam hari dan mengaku tidak punya tempat tinggal.",
            "Klien ditemukan dalam operasi penertiban di rumah kos bersama petugas kelurahan.",
            "Klien datang sendiri meminta pertolongan untuk keluar dari pekerjaannya.",
        ),
        "tujuan_verifikasi": ("Terminal lama, ketua RT", "Rumah kos, pemilik kos"),
        "hasil": ("Klien bersedia mengikuti bimbingan dan kembali ke keluarga.",),
        "alasan": ("Klien memerlukan tempat yang aman.",),
        "kesimpulan": ("Klien terdorong kebutuhan ekonomi dan ingin berhenti.",),
    },
)
SERVICE = Service("tuna_susila", "tuna_susila_laporan_awal", OFFICER, 25 / 180, MANNER, tell)
