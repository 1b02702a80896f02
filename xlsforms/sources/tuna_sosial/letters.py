"""The letters of SOP 000 (sops.md, documents)."""

from xlsforms.sources.letters import CLIENT, REFERRED, REPLY, Letters, letter, receipt

LETTERS: Letters = {
    "tanda_terima": receipt(),
    "rujukan_ljs": letter(
        f"""
        to | | Pimpinan ${{lembaga_tujuan}}
        to | | di tempat
        subject | | Rujukan ke Layanan Jejaring Sosial
        secrecy | | Rahasia
        attachment | | 1 (satu) berkas
        paragraph | | Berdasarkan laporan yang kami terima tanggal ${{tgl_laporan}} dan konferensi kasus tanggal ${{tuna_sosial_konferensi_kasus#tgl_kegiatan}}, bersama ini kami rujuk klien dengan identitas:
        {CLIENT}
        item | Kategori | ${{ppks_utama}}
        paragraph | | Ringkasan masalah: ${{kronologi}} | ${{kronologi}} != ''
        paragraph | | Hasil asesmen: ${{kesimpulan_awal}} | ${{kesimpulan_awal}} != ''
        paragraph | | Alasan rujukan: ${{alasan_rujukan}}. ${{alasan_uraian}}
        {REFERRED}
        {REPLY}
        copy | | Kepala Dinas Sosial Provinsi Jawa Timur
        copy | | Wali Kota Pasuruan (sebagai laporan)
        """
    ),
}
