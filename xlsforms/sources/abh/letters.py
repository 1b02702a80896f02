"""The letters of SOP 003 (sops.md, documents; law: UU 11/2012 on juvenile justice)."""

from xlsforms.sources.letters import CLIENT, Letters, letter, receipt

LETTERS: Letters = {
    "tanda_terima": receipt("laporan atau undangan"),
    "surat_uppa": letter(
        f"""
        to | | Kepala Unit Pelayanan Perempuan dan Anak (UPPA)
        to | | Satuan Reserse Kriminal Polres Pasuruan Kota
        to | | di Pasuruan
        subject | | Pelaporan Anak yang Berhadapan dengan Hukum dan Permohonan Upaya Diversi
        secrecy | | Rahasia
        paragraph | | Menindaklanjuti ${{jenis_masuk}} yang kami terima tanggal ${{tgl_laporan}} dan konferensi kasus tanggal ${{abh_konferensi_kasus#tgl_kegiatan}}, bersama ini kami laporkan seorang anak dengan identitas: | ${{abh_konferensi_kasus#tgl_kegiatan}} != ''
        paragraph | | Menindaklanjuti ${{jenis_masuk}} yang kami terima tanggal ${{tgl_laporan}}, bersama ini kami laporkan seorang anak dengan identitas: | ${{abh_konferensi_kasus#tgl_kegiatan}} = ''
        {CLIENT}
        item | Tanggal kejadian | ${{tgl_kejadian}}
        item | Perbuatan yang dilaporkan | ${{jenis_perbuatan}}
        paragraph | | Uraian singkat: ${{abh_pelaporan_uppa#uraian}}
        paragraph | | Umur anak pada saat kejadian ${{usia_saat_kejadian}} tahun. Menurut asesmen kami, tindakan ini tergolong ${{berat_tindakan}}, sehingga penanganannya kami serahkan melalui jalur hukum formal. | not(${{hasil_rj}} = 'gagal')
        paragraph | | Umur anak pada saat kejadian ${{usia_saat_kejadian}} tahun. Upaya keadilan restoratif tanggal ${{abh_putusan_rj#tgl_kegiatan}} tidak mencapai kesepakatan, sehingga penanganannya kami serahkan melalui jalur hukum formal. | ${{hasil_rj}} = 'gagal'
        paragraph | | Sehubungan dengan itu, kami mohon agar perkara ini diupayakan diversi sesuai Undang-Undang Nomor 11 Tahun 2012 tentang Sistem Peradilan Pidana Anak. Pekerja sosial kami, ${{kasus.manajer}}, mendampingi anak pada setiap tahap pemeriksaan.
        paragraph | | Identitas anak wajib dirahasiakan dalam pemberitaan dan salinan surat ini. Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.
        copy | | Kepala ${{kantor.nama}} (sebagai laporan)
        copy | | Balai Pemasyarakatan (Bapas) setempat
        """
    ),
}
