"""Letters of an SOP as sheets of its workbook, and the blocks several of them share.

A letter is written one line of the sheet per line: `part | caption | text | when`. Wording and make-up follow the
official-letter rules of the regions (Surat Dinas); the office changes them in Excel.
"""

from collections.abc import Mapping

from xlsforms.book import Sheet, table

COLUMNS = ("part", "caption", "text", "when")

CLIENT = """
item | Nama | ${nama_lengkap}
item | NIK | ${nik} | ${nik} != ''
item | NIK | belum memiliki NIK atau belum diketahui | ${nik} = ''
item | Tempat, tanggal lahir | ${tempat_lahir}, ${tgl_lahir} | ${tgl_lahir} != ''
item | Perkiraan umur | ${usia_saat_kejadian} tahun | ${tgl_lahir} = ''
item | Umur | ${usia_saat_kejadian} tahun | ${tgl_lahir} != ''
item | Jenis kelamin | ${jk}
item | Alamat | ${alamat}
"""
"""The client in a letter to an authority or an institution, by name."""

PARTIES = """
paragraph | | Pada hari ini, tanggal ${tgl_kegiatan}, bertempat di ${tempat}, yang bertanda tangan di bawah ini:
item | Nama | ${p1_nama}
item | NIP/NIK | ${p1_nip_nik}
item | Jabatan | ${p1_jabatan}
item | Instansi | ${p1_instansi}
item | Alamat | ${p1_alamat}
paragraph | | yang menyerahkan, selanjutnya disebut PIHAK PERTAMA; dan
item | Nama | ${p2_nama}
item | NIP/NIK | ${p2_nip_nik}
item | Jabatan atau hubungan | ${p2_jabatan} | ${p2_jabatan} != ''
item | Jabatan atau hubungan | ${p2_hub} | ${p2_jabatan} = ''
item | Instansi | ${p2_instansi} | ${p2_instansi} != ''
item | Alamat | ${p2_alamat}
paragraph | | yang menerima, selanjutnya disebut PIHAK KEDUA.
paragraph | | PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA seorang klien dengan keterangan:
"""
HANDED_OVER = """
item | Ciri fisik | ${ciri_serah}
item | Kondisi saat diserahkan | ${kondisi_serah}. ${kondisi_serah_uraian} | ${kondisi_serah_uraian} != ''
item | Kondisi saat diserahkan | ${kondisi_serah} | ${kondisi_serah_uraian} = ''
item | Dokumen diserahkan | ${dok_serah}
item | Pesan khusus | ${pesan_khusus} | ${pesan_khusus} != ''
paragraph | | Dengan ketentuan sebagai berikut:
item | | Sejak berita acara ini ditandatangani, tanggung jawab atas klien beralih kepada PIHAK KEDUA.
item | | PIHAK KEDUA merawat dan melindungi klien, tidak mengeksploitasinya, dan bersedia dipantau.
item | | PIHAK KEDUA memberitahukan keadaan klien kepada ${kantor.nama} bila ada perubahan yang penting.
paragraph | | Demikian berita acara ini dibuat dalam 2 (dua) rangkap untuk dipergunakan sebagaimana mestinya.
sign | PIHAK KEDUA, | ${p2_nama}
sign | PIHAK PERTAMA, | ${p1_nama}
sign | Saksi,
witness
"""
"""A record of hand-over, without the lines that describe the client."""

REFERRED = """
item | Jenis rujukan | ${jenis_rujukan}
item | Layanan yang diminta | ${layanan_diminta}
item | Pengantar | ${pengantar} | ${pengantar} != ''
item | Berkas terlampir | ${berkas}
"""
REPLY = """
paragraph | | Kami mohon surat balasan penerimaan setelah klien diperiksa; lembar balasan terlampir.
paragraph | | Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.
page | | Lembar Balasan Rujukan
paragraph | | Atas surat Nomor ${surat.nomor} tanggal ${surat.tanggal} hal ${surat.perihal}, dengan ini kami beritahukan:
item | Nama klien (inisial) | ${kasus.inisial}
item | Nomor kasus | ${kasus.nomor}
item | Jawaban | diterima / tidak diterima *)
item | Alasan bila tidak diterima | ......................................................................
item | Tanggal diterima | ......................................................................
item | Nama penerima dan jabatan | ......................................................................
item | Tanda tangan dan cap | ......................................................................
paragraph | | *) Coret yang tidak perlu. Mohon dikirim kembali ke ${kantor.alamat}.
"""


def letter(text: str) -> Sheet:
    """The sheet of a letter from its lines; `//` breaks a line inside a cell."""
    parted = (
        [part.strip().replace(" // ", "\n") for part in line.split("|")]
        for line in text.strip().splitlines()
        if line.strip()
    )
    rows = [dict(zip(COLUMNS, [*line, "", "", ""], strict=False)) for line in parted]
    return table(COLUMNS, rows, keep=COLUMNS)


def receipt(what: str = "laporan") -> Sheet:
    """The receipt given to whoever reports: speaks of the report, never of the client."""
    return letter(
        f"""
        title | | Tanda Terima {what.title()}
        secrecy | | Biasa
        paragraph | | Kami telah menerima {what} dengan keterangan sebagai berikut:
        item | Nomor | ${{kasus.nomor}}
        item | Diterima tanggal | ${{tgl_laporan}}
        item | Dari | ${{pelapor_nama}} | ${{pelapor_nama}} != ''
        item | Dari | Pelapor, nama dirahasiakan | ${{pelapor_nama}} = '' and ${{no_surat}} = ''
        item | Surat | ${{instansi_pengirim}} Nomor ${{no_surat}} tanggal ${{tgl_surat}} | ${{no_surat}} != ''
        item | Diterima oleh | ${{langkah.petugas}}
        paragraph | | Laporan ini ditindaklanjuti menurut standar pelayanan. Layanan tidak dipungut biaya.
        paragraph | | Perkembangan tindak lanjut dapat ditanyakan ke ${{kantor.nama}}, ${{kantor.alamat}}, dengan menyebut nomor di atas. ${{kantor.kontak}}.
        sign | Yang menyerahkan, | ${{pelapor_nama}} | ${{pelapor_nama}} != ''
        """
    )


Letters = Mapping[str, Sheet]
