"""The letters of SOP 004 (sops.md, documents)."""

from xlsforms.sources.letters import CLIENT, HANDED_OVER, PARTIES, REFERRED, REPLY, Letters, letter, receipt

LETTERS: Letters = {
    "tanda_terima": receipt("surat permohonan"),
    "surat_rujukan": letter(
        f"""
        to | | Pimpinan ${{lembaga_tujuan}}
        to | | di tempat
        subject | | Rujukan dan Rekomendasi Klien
        secrecy | | Rahasia
        attachment | | 1 (satu) berkas
        paragraph | | Menindaklanjuti surat ${{instansi_pengirim}} Nomor ${{no_surat}} tanggal ${{tgl_surat}} tentang permohonan fasilitasi rehabilitasi sosial, dan karena alamat maupun keluarga klien tidak ditemukan, bersama ini kami rujuk dan rekomendasikan klien dengan identitas: | ${{no_surat}} != ''
        paragraph | | Menindaklanjuti permohonan fasilitasi rehabilitasi sosial tanggal ${{tgl_laporan}}, dan karena alamat maupun keluarga klien tidak ditemukan, bersama ini kami rujuk dan rekomendasikan klien dengan identitas: | ${{no_surat}} = ''
        {CLIENT}
        item | Kategori | ${{ppks_utama}}
        item | Ditemukan di | ${{tempat_ditemukan}}
        paragraph | | Permasalahan: ${{permasalahan}}
        paragraph | | Layanan yang telah diberikan: ${{layanan_diberikan}}
        paragraph | | Alasan rujukan: ${{gelandangan_rujukan#alasan}}. ${{alasan_uraian}}
        {REFERRED}
        {REPLY}
        copy | | Kepala Dinas Sosial Provinsi Jawa Barat
        copy | | Wali Kota Banjar (sebagai laporan)
        """
    ),
    "ba_pengiriman": letter(
        f"""
        title | | Berita Acara Serah Terima Klien
        {PARTIES}
        item | Nama | ${{nama_lengkap}}
        item | Jenis kelamin | ${{jk}}
        item | Umur | ${{usia_saat_kejadian}} tahun
        item | Nomor kasus | ${{kasus.nomor}}
        {HANDED_OVER}
        """
    ),
}
