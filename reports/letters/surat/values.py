"""What a letter written in a sheet of the SOP workbook gets.

A text is a list of pieces: plain text, or a gap (`Kosong`) where the case does not know what the letter asks for.
"""

from dataclasses import dataclass, field

from reports.office import Kantor, Penandatangan


@dataclass(frozen=True, slots=True)
class Kosong:
    """A gap to be filled by hand; `kosong` says what belongs there."""

    kosong: str


Isi = tuple["str | Kosong", ...]


@dataclass(frozen=True, slots=True)
class Surat:
    """The head of the letter; `tanggal` is the day of issue, `kode` what the QR carries."""

    nomor: str
    tanggal: str
    perihal: str
    sifat: str
    kode: str
    alamat_periksa: str
    lampiran: str = "-"


@dataclass(frozen=True, slots=True)
class Baris:
    """One row of a list: `label : isi`, or a numbered line without a label."""

    isi: Isi
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bagian:
    """One block of the letter. `jenis`: paragraf, subjudul, tengah, daftar, nomor, halaman."""

    jenis: str
    isi: Isi = ()
    baris: tuple[Baris, ...] = ()


@dataclass(frozen=True, slots=True)
class TandaTangan:
    """A further signature: what stands above the name."""

    sebagai: str
    nama: Isi = ()


@dataclass(frozen=True, slots=True)
class SuratLembar:
    """The whole letter. `judul` empty: correspondence with an addressee (`kepada`); else a titled paper.

    `penutup`: what stands above the office's own signature (`Mengetahui`, `Ditetapkan di …`).
    """

    kantor: Kantor
    surat: Surat
    penandatangan: Penandatangan
    judul: str = ""
    kepada: tuple[Isi, ...] = ()
    bagian: tuple[Bagian, ...] = ()
    tanda_tangan: tuple[TandaTangan, ...] = ()
    tempat: Isi = ()
    mengetahui: bool = False
    tembusan: tuple[Isi, ...] = field(default=())
