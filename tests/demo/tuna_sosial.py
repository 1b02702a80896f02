"""Children found on the street in Kota Pasuruan (SOP 000)."""

from datetime import timedelta

from tests.demo.people import person
from tests.demo.stories import SUPERVISOR, Manner, Script, Service, ended_early, identity

PEKSOS, DATIN = "peksos", "staf_datin"
_AGES = (6, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17)
_ENDS = {"pulih": "ya", "butuh_lanjut": "tidak", "layanan_terpenuhi": "ya"}


def tell(script: Script) -> None:
    """From the raid or the report over conference and services to the archive."""
    child = person(script.random, script.town, script.day - timedelta(days=10), script.random.choice(_AGES))
    script.people.append(child)
    pace = script.pace()
    danger = script.chance(0.15)
    threat = "ya" if danger else "tidak"
    script.open(
        PEKSOS,
        "laporan_awal",
        tgl_laporan=script.day,
        tgl_kejadian=script.day,
        jenis="anak_jalanan",
        ancaman_segera=threat,
        perlu_medis="tidak",
        **identity(script, child, script.day),
    )
    if ended_early(script):
        return
    if danger:
        script.fill(PEKSOS, "layanan_darurat")
    script.later(pace).fill(PEKSOS, "asesmen", butuh_darurat="tidak")
    script.later(1 + pace).fill(PEKSOS, "kunjungan_rumah", butuh_darurat="tidak")
    if script.chance(0.1):
        script.later(0).send_back("kunjungan_rumah", "Keadaan rumah belum diuraikan.")
        script.later(1).correct(PEKSOS, "kunjungan_rumah", kesimpulan="Rumah kontrakan satu kamar, dihuni lima orang.")
    _services(script.later(1 + pace), pace, emergency=not danger and script.chance(0.1))


def _services(script: Script, pace: int, emergency: bool) -> None:
    """The conference opens what the child lacks; each service is one visit, then the monitoring."""
    insured, schooled, rehab = script.chance(0.5), script.chance(0.4), script.chance(0.3)
    script.fill(
        PEKSOS,
        "konferensi_kasus",
        interval_monitoring=14,
        punya_jks="ya" if insured else "tidak",
        bersekolah="ya" if schooled else "tidak",
        butuh_rehab="ya" if rehab else "tidak",
        butuh_darurat="ya" if emergency else "tidak",
    )
    for wanted, form in (
        (emergency, "layanan_darurat"),
        (not insured, "bantuan_jks"),
        (not schooled, "bantuan_sekolah"),
        (rehab, "rujukan"),
    ):
        if wanted:
            script.later(pace).fill(PEKSOS, form)
    _monitored(script)


def _monitored(script: Script) -> None:
    for _ in range(script.random.choice((0, 1, 1, 2))):
        script.later(script.random.choice((0, 0, 0, 3)), days=14)
        script.fill(PEKSOS, "monitoring", pulih="tidak", butuh_lanjut="ya", interval_monitoring=14)
    assured = script.chance(0.5)
    script.later(script.random.choice((0, 0, 0, 1)), days=14)
    script.fill(PEKSOS, "monitoring", **_ENDS, dijamin="ya" if assured else "tidak")
    script.later(script.random.choice((0, 0, 1))).fill(PEKSOS, "terminasi")
    script.later(script.random.choice((0, 0, 0, 1, 3))).web(SUPERVISOR, "confirm", step="s12" if assured else "s11")
    script.later(script.random.choice((1, 2, 4))).fill(PEKSOS, "laporan_kasus")
    script.later(1).fill(DATIN, "arsip")


MANNER = Manner(
    usual={"jenis": ("anak_jalanan",), "jenis_masuk": ("laporan_lisan", "laporan", "razia", "penjangkauan")},
    sentences={
        "kronologi": (
            "Anak mengamen di perempatan alun-alun pada jam sekolah.",
            "Anak berjualan tisu di lampu merah sampai malam hari.",
            "Anak tidur di emperan pertokoan dan tidak mau pulang.",
        ),
        "hasil": ("Keluarga bersedia menerima bantuan dan mengantar anak kembali ke sekolah.",),
        "alasan": ("Anak sudah kembali bersekolah dan tinggal bersama keluarga.", "Anak masih turun ke jalan."),
        "kesimpulan": ("Anak turun ke jalan karena membantu ekonomi keluarga.",),
        "proses": ("Rapat dihadiri peksos, kelurahan, sekolah dan keluarga.",),
    },
)
SERVICE = Service("tuna_sosial", "tuna_sosial_laporan_awal", PEKSOS, 40 / 180, MANNER, tell)
