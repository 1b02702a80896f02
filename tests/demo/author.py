"""What officers write into the questions a story does not decide: short, plain, about the matter."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from tests.demo import people
from tests.demo.people import Child
from tests.phone import random_answers
from tests.phone.javarosa import Question

_USUAL: Mapping[str, tuple[str, ...]] = {
    "bahasa_wawancara": ("indonesia", "jawa", "madura"),
    "penerjemah": ("tidak",),
    "kanal": ("datang_langsung", "whatsapp", "telepon", "surat", "mpp"),
    "anonim": ("tidak",),
    "ketersediaan_identitas": ("lengkap", "sebagian"),
    "nama_sumber": ("kk", "akta", "pelapor"),
    "nik_status": ("dari_kk", "ada_kartu"),
    "penduduk_setempat": ("ya",),
    "alamat_jenis": ("domisili", "ktp"),
    "status_tempat": ("milik", "sewa", "menumpang"),
    "ancaman_segera": ("tidak", "tidak", "tidak", "tidak", "tidak", "ya"),
    "perlu_medis": ("tidak", "tidak", "tidak", "tidak", "ya"),
    "darurat": ("tidak",),
    "perlu_darurat": ("tidak",),
    "data_anak_berubah": ("tidak",),
    "alamat_berubah": ("tidak",),
    "korban_anak": ("tidak", "ya"),
    "kondisi": ("sehat", "ketakutan"),
    "urgensi": ("sedang", "rendah", "tinggi"),
    "tingkat_risiko": ("sedang", "rendah", "tinggi"),
    "risiko_sisa": ("rendah", "sedang"),
    "jenis_perbuatan": ("pencurian", "penganiayaan", "perundungan", "tawuran", "perusakan", "lalu_lintas", "ite"),
    "pelanggaran_ulang": ("tidak",),
    "pelaksana": ("peksos",),
    "cara": ("kunjungan", "telepon"),
    "peran_klien": ("hadir",),
    "pendamping_anak": ("ya",),
    "anak_didampingi": ("ya",),
    "arsip_lengkap": ("ya",),
    "foto_boleh_publik": ("tidak",),
    "pernah_dilaporkan": ("tidak",),
    "jenis_terminasi": ("tujuan_tercapai", "selesai"),
    "peran_anak": ("pelaku",),
    "alasan_kelayakan": (),
}
_ALWAYS = frozenset({"kecamatan", "kelurahan", "penduduk_setempat", "alamat", "petugas_kode", "korban_anak"})
_SENTENCES: Mapping[str, tuple[str, ...]] = {
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
    "ringkasan": ("Anak tinggal bersama ibu, bersekolah, baru pertama kali berhadapan dengan hukum.",),
    "kepentingan": ("Anak tetap bersekolah dan tinggal dengan keluarganya selama proses.",),
    "kesimpulan": ("Anak mengakui perbuatannya dan menyesal; keluarga mendukung.",),
    "rekomendasi": ("Pendampingan berkala dan penguatan pengasuhan.",),
    "pengasuhan": ("Tetap dalam pengasuhan orang tua dengan pengawasan kelurahan.",),
    "rehabilitasi": ("Bimbingan sosial dan konseling sebulan sekali.",),
    "sanksi": ("Membersihkan musala setiap Sabtu pagi selama satu bulan.",),
    "laporan_akhir": ("Penanganan selesai; anak kembali bersekolah dan tidak mengulangi perbuatan.",),
    "tempat_lahir": ("Pasuruan", "Probolinggo", "Malang"),
    "tempat": ("Balai kelurahan", "Rumah keluarga", "Aula Dinas Sosial"),
    "mediator": ("Lurah", "Ketua RW", "Bhabinkamtibmas"),
    "pasal": ("Pasal 362 KUHP", "Pasal 351 KUHP", "Pasal 170 KUHP"),
}
_PLAIN = ("Sesuai hasil wawancara.", "Dicatat saat kunjungan.", "Akan dilengkapi pada pertemuan berikutnya.")


class Officer(random_answers.Author):
    """Writes about one child: answers what is required, and some of the rest."""

    def __init__(self, child: Child) -> None:
        self.child = child

    def rows(self, path: str, random: Random) -> int:
        return 0 if path.endswith(("/surat", "/foto_kegiatan", "/lampiran", "/barang_bawaan")) else random.randint(0, 2)

    def candidates(self, question: Question, random: Random) -> Iterator[Any]:
        must = question.is_required or question.name in _ALWAYS
        if question.holds("BINARY") or (not must and random.random() < 0.45):
            return
        usual = _USUAL.get(question.name)
        if usual is not None and question.is_a("SELECT_ONE", "SELECT_MULTI"):
            offered = question.offered()
            yield from (choice for choice in random.sample(usual, len(usual)) if choice in offered)
        if question.is_a("INPUT") and question.holds("TEXT"):
            yield from self._text(question.name, random)
        elif question.is_required or question.name not in _USUAL:
            yield from random_answers.candidates(question, random)

    def _text(self, name: str, random: Random) -> Iterator[str]:
        if name == "nama_lengkap":
            yield self.child.name
        elif name == "nik":
            yield self.child.nik
        elif name.endswith("inisial"):
            yield "".join(word[0] for word in random.choice(people.GROWN).replace(".", "").split())
        elif "nama" in name or name in ("notulis", "pimpinan_rapat", "pengasuh_akhir"):
            yield from random.sample(people.GROWN, 3)
        elif "nik" in name:
            yield people.nik(random, self.child.born.replace(year=self.child.born.year - 28, day=12), False)
        elif name.endswith("_hp") or "kontak" in name:
            yield f"08{random.randrange(10**9, 10**10)}"
        elif "alamat" in name:
            yield people.address(random)
        elif name in ("rt", "rw"):
            yield f"{random.randint(1, 12):03}"
        elif name == "kode_pos":
            yield f"671{random.randint(11, 39)}"
        elif name.startswith("no_"):
            yield f"B/{random.randint(1, 400)}/2026"
        yield from _sentences(name, random)


def _sentences(name: str, random: Random) -> Iterator[str]:
    for key, choices in _SENTENCES.items():
        if key in name:
            yield random.choice(choices)
    yield random.choice(_PLAIN)
