"""What the Berita Acara gets. Names are Indonesian, as letter templates of offices use them (`surat.nomor`).

Days and moments are ISO text; a text that is not known is empty. Clients and their family are named by
initials only: the copies of this paper travel (child protection, SPPA Art. 19).
"""

from dataclasses import dataclass, field

from reports.office import Kantor, Orang, Penandatangan


@dataclass(frozen=True, slots=True)
class Surat:
    """`tanggal` the day of issue, `pukul` its moment with offset (empty if unknown), `kode` what the QR carries."""

    nomor: str
    tanggal: str
    perihal: str
    sifat: str
    kode: str
    alamat_periksa: str
    pukul: str = ""
    tempat: str = ""
    salinan: str = ""


@dataclass(frozen=True, slots=True)
class Kasus:
    """The case as this paper may show it."""

    nomor: str
    inisial: str
    jenis_kelamin: str
    usia: str
    wilayah: str
    dibuka: str
    jenis_masuk: str
    berat_tindakan: str
    wali: str = ""


@dataclass(frozen=True, slots=True)
class Baris:
    """One line `label : isi`."""

    label: str
    isi: str


@dataclass(frozen=True, slots=True)
class Layanan:
    tanggal: str
    layanan: str
    pelaksana: str
    hasil: str


@dataclass(frozen=True, slots=True)
class Pemantauan:
    """One monitoring visit; `tujuan` says whether the goals were reached."""

    tanggal: str
    pelaksana: str
    hasil: str
    tujuan: str


@dataclass(frozen=True, slots=True)
class StatusAkhir:
    """How it ended: `jenis` in words, `tanggal` empty while the case goes on."""

    jenis: str
    uraian: str
    tanggal: str = ""


@dataclass(frozen=True, slots=True)
class BeritaAcara:
    """The whole record. `jalur`: `rj`, `diversi` or empty, for the heading of its result; no such heading where the
    service knows neither (`musyawarah`)."""

    kantor: Kantor
    surat: Surat
    kasus: Kasus
    manajer: Orang
    mengetahui: Penandatangan
    status_akhir: StatusAkhir
    jalur: str = ""
    dasar: tuple[str, ...] = ()
    kronologi: tuple[str, ...] = ()
    asesmen: tuple[Baris, ...] = ()
    kunjungan: tuple[Baris, ...] = ()
    konferensi: tuple[Baris, ...] = ()
    hasil: tuple[Baris, ...] = ()
    musyawarah: bool = True
    layanan: tuple[Layanan, ...] = ()
    rujukan: tuple[Baris, ...] = ()
    pemantauan: tuple[Pemantauan, ...] = ()
    saksi: tuple[Orang, ...] = field(default=())
