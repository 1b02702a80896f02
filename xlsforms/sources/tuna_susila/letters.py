"""The letters of SOP 001 (sops.md, documents): outgoing letters and the record of hand-over."""

from xlsforms.sources.letters import CLIENT, HANDED_OVER, PARTIES, Letters, letter, receipt

LETTERS: Letters = {
    "tanda_terima": receipt(),
    "surat_penolakan": letter(
        """
        to | | ${instansi_pengirim} | ${instansi_pengirim} != ''
        to | | ${pelapor_nama} | ${instansi_pengirim} = '' and ${pelapor_nama} != ''
        to | | Pelapor | ${instansi_pengirim} = '' and ${pelapor_nama} = ''
        to | | di tempat
        subject | | Jawaban atas Laporan dan Rujukan
        secrecy | | Rahasia
        paragraph | | Menindaklanjuti surat Nomor ${no_surat} tanggal ${tgl_surat}, setelah dilakukan asesmen kami beritahukan bahwa klien dengan inisial ${kasus.inisial} belum dapat diterima untuk layanan di Rumah Perlindungan Sosial. | ${no_surat} != ''
        paragraph | | Menindaklanjuti laporan tanggal ${tgl_kejadian}, setelah dilakukan asesmen kami beritahukan bahwa klien dengan inisial ${kasus.inisial} belum dapat diterima untuk layanan di Rumah Perlindungan Sosial. | ${no_surat} = ''
        paragraph | | Alasan: ${alasan_tolak}. ${tuna_susila_disposisi#alasan}
        paragraph | | Untuk penanganan selanjutnya klien dirujuk ke ${rujuk_ke}. | ${rujuk_ke} != '' and ${rujuk_ke_lain} = ''
        paragraph | | Untuk penanganan selanjutnya klien dirujuk ke ${rujuk_ke_lain}. | ${rujuk_ke_lain} != ''
        paragraph | | Bila Saudara berkeberatan atas keputusan ini, pengaduan dapat disampaikan ke ${kantor.nama}, ${kantor.alamat}. ${kantor.kontak}.
        paragraph | | Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.
        copy | | Kepala ${kantor.nama} (sebagai laporan)
        """
    ),
    "surat_pelimpahan": letter(
        f"""
        to | | Pimpinan ${{lembaga_tujuan}} | ${{lembaga_tujuan}} != ''
        to | | ${{p2_nama}} | ${{lembaga_tujuan}} = ''
        to | | di tempat
        subject | | Pelimpahan Klien
        secrecy | | Rahasia
        attachment | | 1 (satu) berkas
        paragraph | | Berdasarkan laporan yang kami tangani dengan nomor kasus ${{kasus.nomor}} dan hasil asesmen lanjutan tanggal ${{tuna_susila_asesmen_lanjutan#tgl_kegiatan}}, bersama ini kami limpahkan klien dengan identitas:
        {CLIENT}
        paragraph | | Pertimbangan: ${{alasan_tujuan}}
        item | Layanan yang telah diberikan | ${{layanan_diberikan}}
        item | Diserahkan kepada | ${{p2_nama}}
        item | Dokumen terlampir | ${{dok_serah}}
        paragraph | | Serah terima klien dimuat dalam berita acara tersendiri. Kami mohon perkembangan klien diberitahukan kepada kami.
        paragraph | | Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.
        copy | | Wali Kota Pangkalpinang (sebagai laporan)
        """
    ),
    "ba_serah_terima": letter(
        f"""
        title | | Berita Acara Serah Terima Klien
        {PARTIES}
        {CLIENT}
        {HANDED_OVER}
        """
    ),
}
