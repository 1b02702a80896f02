"""Children handed over in Kabupaten Lumajang (SOP 002)."""

from datetime import timedelta

from tests.demo.people import person
from tests.demo.stories import Manner, Script, Service, ended_early, identity
from tests.phone.random_answers import PIXEL, Photo

PEKSOS, DESK, FIELD, STUDY, SECTION = "peksos", "petugas", "sakti_peksos", "subkoor", "kasi"
DIVISION, HEAD = "kabid", "kadis"
_AGES = (2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
_BACK = {"alasan_kembali": "berkas_kurang", "alasan": "Akta kelahiran belum dilampirkan."}
_SOCIAL_REPORT = "Anak tinggal berpindah-pindah sejak orang tua bekerja di luar pulau; keluarga besar tidak sanggup."


def tell(script: Script) -> None:
    """From the hand-over over the signed letter to the home of the province."""
    child = person(script.random, script.town, script.day - timedelta(days=10), script.random.choice(_AGES), 0.4)
    script.people.append(child)
    group = script.random.choice(("anjal", "anak_terlantar", "anak_terlantar", "korban_napza"))
    script.open(
        PEKSOS,
        "penyerahan_anak",
        tgl_laporan=script.day,
        kelompok=group,
        berkas_lengkap="ya",
        tgl_lengkap=script.day,
        **identity(script, child, script.day - timedelta(days=3)),
    )
    pace = script.pace()
    script.fill(DESK, "penerimaan", tgl_asesmen=script.day)
    if ended_early(script):
        return
    script.later(script.random.choice((0, 0, 0, 0, 1))).fill(FIELD, "asesmen_lapangan")
    _draft(script.later(pace))
    while script.chance(0.2):
        script.web(DIVISION, "decision", step="s04", answers={"paraf": "tidak", **_BACK})
        _draft(script.later(1))
    script.web(DIVISION, "decision", step="s04", answers={"paraf": "ya"}).later(script.random.choice((0, 0, 0, 0, 1)))
    if script.chance(0.1):
        script.web(HEAD, "decision", step="s05", answers={"tanda_tangan": "tidak", **_BACK})
        script.later(1).web(DIVISION, "decision", step="s04", answers={"paraf": "ya"})
    letters = script.random.choice(("rekomendasi_pendampingan", "surat_perintah_tugas"))
    signed = {"tanda_tangan": "ya", "surat_ditandatangani": letters}
    script.web(HEAD, "decision", step="s05", answers=signed)
    _accompanied(script.later(script.random.choice((0, 0, 0, 1))))


def _draft(script: Script) -> None:
    script.fill(STUDY, "berkas_administrasi", laporan_sosial=_SOCIAL_REPORT)


def _accompanied(script: Script) -> None:
    script.fill(SECTION, "tanda_terima", interval_monitoring=7)
    script.later(0, days=7)
    for _ in range(script.random.choice((0, 0, 1, 2))):
        script.fill(PEKSOS, "pendampingan", siap_dikirim="tidak", diterima_upt="tidak", interval_monitoring=7)
        script.later(script.random.choice((0, 0, 0, 1)), days=7)
    form = Photo("form_rujukan.jpg", PIXEL)
    script.fill(PEKSOS, "pendampingan", siap_dikirim="ya", diterima_upt="ya", form_rujukan=form)


MANNER = Manner(
    usual={"kesanggupan": ("ya",), "kondisi_serah": ("sehat",), "paraf": ("ya",), "darurat": ("tidak",)},
    sentences={
        "kronologi": (
            "Anak ditinggal di pasar sejak pagi dan dijaga pedagang.",
            "Anak mengamen di sekitar stasiun dan tidur di emperan toko.",
            "Kakek yang mengasuh sakit dan tidak ada keluarga lain yang sanggup.",
        ),
        "alasan_penyerahan": ("Keluarga tidak ditemukan.", "Keluarga tidak sanggup mengasuh."),
        "hasil": ("Anak tenang dan mulai bercerita; keluarga besar diberi tahu.",),
        "laporan_sosial": (_SOCIAL_REPORT,),
        "kesimpulan": ("Anak memerlukan pengasuhan pengganti.",),
    },
)
SERVICE = Service("anjal_terlantar", "anjal_terlantar_penyerahan_anak", PEKSOS, 25 / 180, MANNER, tell)
