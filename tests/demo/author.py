"""What officers write into the questions a story does not decide: short, plain, about the matter."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.demo import people
from tests.demo.people import Person, Town
from tests.demo.stories import Manner
from tests.phone import random_answers
from tests.phone.javarosa import Question

_USUAL: Mapping[str, tuple[str, ...]] = {
    "bahasa_wawancara": ("indonesia", "jawa", "madura"),
    "penerjemah": ("tidak",),
    "kanal": ("datang_langsung", "whatsapp", "telepon", "mpp"),
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
    "kondisi": ("sehat", "ketakutan"),
    "urgensi": ("sedang", "rendah", "tinggi"),
    "tingkat_risiko": ("sedang", "rendah", "tinggi"),
    "risiko_sisa": ("rendah", "sedang"),
    "pelaksana": ("peksos",),
    "cara": ("kunjungan", "telepon"),
    "peran_klien": ("hadir",),
    "pendamping_anak": ("ya",),
    "anak_didampingi": ("ya",),
    "arsip_lengkap": ("ya",),
    "foto_boleh_publik": ("tidak",),
    "pernah_dilaporkan": ("tidak",),
    "jenis_terminasi": ("tujuan_tercapai", "selesai"),
}
_ALWAYS = frozenset({"kecamatan", "kelurahan", "penduduk_setempat", "alamat", "petugas_kode"})
_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "ringkasan": ("Klien tinggal bersama keluarga dan baru pertama kali ditangani dinas.",),
    "kepentingan": ("Klien tetap dekat dengan keluarganya selama ditangani.",),
    "rekomendasi": ("Pendampingan berkala dan penguatan keluarga.",),
    "pengasuhan": ("Tetap dalam pengasuhan orang tua dengan pengawasan kelurahan.",),
    "rehabilitasi": ("Bimbingan sosial dan konseling sebulan sekali.",),
    "laporan_akhir": ("Penanganan selesai; keadaan klien membaik dan keluarga mendukung.",),
    "tempat": ("Balai kelurahan", "Rumah keluarga", "Aula Dinas Sosial"),
    "mediator": ("Lurah", "Ketua RW", "Bhabinkamtibmas"),
}
_PLAIN = ("Sesuai hasil wawancara.", "Dicatat saat kunjungan.", "Akan dilengkapi pada pertemuan berikutnya.")


class Officer(random_answers.Author):
    """Writes about one client at one moment: answers what is required, and some of the rest."""

    def __init__(self, client: Person, town: Town, manner: Manner, at: datetime) -> None:
        self.client = client
        self.town = town
        self.at = at
        self._usual = {**_USUAL, **manner.usual}
        self._always = _ALWAYS | manner.always
        self._sentences = {**manner.sentences, **_SENTENCES}

    def rows(self, path: str, random: Random) -> int:
        return 0 if path.endswith(("/surat", "/foto_kegiatan", "/lampiran", "/barang_bawaan")) else random.randint(0, 2)

    def candidates(self, question: Question, random: Random) -> Iterator[Any]:
        must = question.is_required or question.name in self._always
        if question.holds("BINARY") or (not must and random.random() < 0.45):
            return
        usual = self._usual.get(question.name)
        if usual is not None and question.is_a("SELECT_ONE", "SELECT_MULTI"):
            offered = question.offered()
            yield from (choice for choice in random.sample(usual, len(usual)) if choice in offered)
        if question.is_a("INPUT") and question.holds("TEXT"):
            yield from self._text(question.name, random)
        elif question.is_a("INPUT") and question.holds("DATE", "DATE_TIME"):
            yield from self._days(question, random)
        elif question.is_required or question.name not in self._usual:
            yield from random_answers.candidates(question, random)

    def _days(self, question: Question, random: Random) -> Iterator[Any]:
        """Around the moment of writing: what has just happened, or what is planned next."""
        if question.holds("DATE_TIME"):
            yield from (self.at - timedelta(minutes=random.randint(1, top)) for top in (60, 600))
            yield self.at
        else:
            yield from (self.at.date() + timedelta(days=random.randint(*span)) for span in ((-5, 0), (0, 0), (1, 30)))

    def _text(self, name: str, random: Random) -> Iterator[str]:
        if name == "nama_lengkap":
            yield self.client.name
        elif name == "nik":
            yield self.client.nik
        elif name.endswith("inisial"):
            yield "".join(word[0] for word in random.choice(people.GROWN).replace(".", "").split())
        elif name == "tempat_lahir":
            yield random.choice(self.town.places)
        elif "nama" in name or name in ("notulis", "pimpinan_rapat", "pengasuh_akhir"):
            yield from random.sample(people.GROWN, 3)
        elif "nik" in name:
            born = self.client.born
            yield people.nik(random, self.town, born.replace(year=born.year - 28, day=12), False)
        elif name.endswith("_hp") or "kontak" in name:
            yield f"08{random.randrange(10**9, 10**10)}"
        elif "alamat" in name:
            yield people.address(random)
        elif name in ("rt", "rw"):
            yield f"{random.randint(1, 12):03}"
        elif name == "kode_pos":
            yield f"{self.town.postal}{random.randint(11, 39)}"
        elif name.startswith("no_"):
            yield f"B/{random.randint(1, 400)}/{self.at.year}"
        for key, choices in self._sentences.items():
            if key in name:
                yield random.choice(choices)
        yield random.choice(_PLAIN)
