"""The office on its papers: letterhead and people. Names are Indonesian, as letter templates use them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kantor:
    """The letterhead: `pemerintah` and `nama` as its two lines, `logo` a `data:` picture or empty."""

    pemerintah: str
    nama: str
    alamat: str
    kontak: str
    tempat: str
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Orang:
    """A party of the record."""

    nama: str
    nip: str = ""
    jabatan: str = ""
    instansi: str = ""


@dataclass(frozen=True, slots=True)
class Penandatangan:
    """Who signs with the office's authority; `kapasitas` is empty, `Plt.`, `Plh.` or `a.n. <post>`."""

    jabatan: str
    nama: str
    nip: str = ""
    pangkat: str = ""
    kapasitas: str = ""
