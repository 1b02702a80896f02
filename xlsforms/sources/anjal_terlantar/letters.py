"""The letters of SOP 002 (sops.md, documents): recommendation, orders of assignment, referral."""

from xlsforms.sources.letters import CLIENT, Letters, letter, receipt

_ORDER = """
title | | Surat Perintah Tugas
heading | | Dasar
item | | Undang-Undang Nomor 11 Tahun 2009 tentang Kesejahteraan Sosial;
item | | Penanganan kasus nomor ${kasus.nomor} menurut standar operasional prosedur, langkah ${langkah.nama}.
middle | | MEMERINTAHKAN
heading | | Kepada
"""
_ORDER_END = """
item | | Melaporkan hasilnya secara tertulis kepada Kepala ${kantor.nama}.
paragraph | | Demikian surat perintah tugas ini dibuat untuk dilaksanakan dengan penuh tanggung jawab.
place | | Ditetapkan di ${kantor.tempat} // pada tanggal ${surat.tanggal}
"""

LETTERS: Letters = {
    "tanda_terima": receipt(),
    "surat_tugas": letter(
        f"""
        {_ORDER}
        item | Nama | ${{petugas_asesmen}}
        heading | | Untuk
        item | | Melaksanakan asesmen lapangan atas anak berinisial ${{kasus.inisial}} pada tanggal ${{tgl_asesmen}};
        {_ORDER_END}
        """
    ),
    "surat_perintah_tugas": letter(
        f"""
        {_ORDER}
        item | Nama | ${{anjal_terlantar_tanda_tangan_kadis#petugas_tujuan}}
        heading | | Untuk
        item | | Mendampingi anak berinisial ${{kasus.inisial}}, umur ${{usia_saat_kejadian}} tahun, nomor kasus ${{kasus.nomor}};
        item | | Mengantar anak ke ${{lembaga_tujuan}} dan menyerahkannya dengan berita acara; | ${{lembaga_tujuan}} != ''
        {_ORDER_END}
        """
    ),
    "rekomendasi_pendampingan": letter(
        f"""
        title | | Rekomendasi Pendampingan
        paragraph | | Yang bertanda tangan di bawah ini, ${{penandatangan.jabatan}}, berdasarkan asesmen lapangan tanggal ${{anjal_terlantar_asesmen_lapangan#tgl_kegiatan}} dan telaah berkas nomor registrasi ${{no_registrasi}}, memberikan rekomendasi kepada:
        {CLIENT}
        item | Kelompok | ${{kelompok}}
        paragraph | | untuk memperoleh pendampingan sosial dan layanan ${{layanan_diminta}} di ${{lembaga_tujuan}}. | ${{lembaga_tujuan}} != ''
        paragraph | | untuk memperoleh pendampingan sosial dari ${{kantor.nama}}. | ${{lembaga_tujuan}} = ''
        paragraph | | Pertimbangan: ${{kebutuhan_anak}}
        paragraph | | Rekomendasi ini berlaku 3 (tiga) bulan sejak tanggal ditetapkan. Demikian rekomendasi ini dibuat untuk dipergunakan sebagaimana mestinya.
        place | | ${{kantor.tempat}}, ${{surat.tanggal}}
        """
    ),
    "surat_rujukan": letter(
        f"""
        to | | Kepala ${{lembaga_tujuan}}
        to | | di tempat
        subject | | Rujukan Anak untuk Rehabilitasi Sosial
        secrecy | | Rahasia
        attachment | | 5 (lima) berkas
        paragraph | | Berdasarkan laporan yang kami terima tanggal ${{tgl_kejadian}} dan asesmen lapangan tanggal ${{anjal_terlantar_asesmen_lapangan#tgl_kegiatan}}, bersama ini kami rujuk anak dengan identitas:
        {CLIENT}
        item | Kelompok | ${{kelompok}}
        paragraph | | Ringkasan masalah: ${{kronologi}}
        paragraph | | Hasil telaah: ${{analisis}}
        item | Layanan yang diminta | ${{layanan_diminta}}
        item | Pengantar | ${{pengantar}} | ${{pengantar}} != ''
        paragraph | | Terlampir: berita acara penyerahan anak, form penerimaan, form asesmen, laporan sosial, dan form rujukan.
        paragraph | | Kami mohon surat balasan penerimaan. Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.
        copy | | Bupati Lumajang (sebagai laporan)
        copy | | Kepala Dinas Sosial Provinsi Jawa Timur
        """
    ),
}
