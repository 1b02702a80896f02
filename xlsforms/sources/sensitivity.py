"""How much the answers to each question of our instruments tell, said once for all of them (decision 36).

Data of children, health, offences, money and belief are specific personal data (UU 27/2022 article 4), who a child
before the law is stays secret (UU 11/2012 article 19), and marks of the body and signatures are protected
(UU 24/2013). What is written freely is about somebody, so it is sensitive; `internal` is what the office does,
plans and counts.
"""

from collections.abc import Mapping

COLUMN = "bind::alur:sensitivity"
NAMESPACE = 'alur="urn:alur:xforms"'

_NAMES: Mapping[str, str] = {
    # Restricted also for those who work on the case: it hurts when it is merely overheard.
    "secret": """
        catatan_rahasia foto_luka ims_hiv_status kesehatan_reproduksi tes_kesehatan trauma trauma_pelaku
        trauma_waktu
    """,
    # Findings about body, mind, family, offence and money; whatever is written freely; papers and signatures.
    "sensitive": """
        agama agt_disabilitas agt_penghasilan alasan alasan_belum_kembali alasan_darurat alasan_gagal alasan_hasil
        alasan_keamanan alasan_kelayakan alasan_keluarga_belum alasan_klien alasan_lanjut alasan_larangan
        alasan_penyerahan alasan_putus alasan_risiko alasan_rujuk alasan_rujukan alasan_rujukan_uraian
        alasan_tanpa_izin alasan_tanpa_wali alasan_terminasi alasan_tidak_hadir alasan_tolak alasan_tolak_jks
        alasan_tolak_lembaga alasan_tolak_rujukan alasan_tujuan alasan_uraian alasan_usulan alat_bantu alergi
        alternatif anak_lain_sekolah analisis ancaman_th anggota_terkini asal_menurut_klien asal_pengakuan_desa aset
        balasan bantuan_lain_uraian barang_bawaan_nama barang_bawaan_nilai barang_nama barang_nilai
        barang_titipan_nama barang_titipan_nilai bb_kg beda_pendapat berat berkas_arsip berkas_konsep berkas_laporan
        berkas_laporan_sosial bimbingan_uraian bukti_jks cap_jempol cap_jempol_p2 cap_jempol_pemberi
        catatan_anak_ikut catatan_arsip catatan_instruksi catatan_isi catatan_kegiatan catatan_pendampingan
        catatan_peserta catatan_rencana ciri_fisik ciri_serah daftar_hadir dasar_asal dasar_berat_tindakan
        dasar_darurat dasar_penanganan desil diagnosis_psikososial disab_rinci disabilitas ditahan dok_berkas
        dok_foto dukungan_agama ekomap ekonomi ekonomi_keluarga ekonomi_uraian eksploitasi_seksual emosi faskes
        form_rujukan foto_arsip foto_balasan foto_buku foto_dok foto_identitas foto_keterangan foto_lp foto_notula
        foto_rumah_dalam foto_rumah_luar foto_serah foto_surat foto_surat_polisi foto_tanda_terima frek_terjaring
        genogram hal_surat hambatan hambatan_penanganan hamil harapan harian_kegiatan harian_kondisi hasil_pelaporan
        hasil_pendampingan hasil_telaah hilang_lapor hilang_tempat hilang_upaya hutang ibadah imunisasi
        insiden_uraian interaksi isi_konsep isu_kunci item_bukti item_kegiatan jenis jenis_perbuatan
        jenis_perbuatan_lain kdrt keamanan keamanan_rumah keamanan_uraian kebutuhan_anak kebutuhan_baru
        kebutuhan_bidang kebutuhan_sumber kebutuhan_teridentifikasi kebutuhan_uraian kegiatan_hasil kegiatan_jalan
        kegiatan_uraian kekuatan kel_foto_bukti kelayakan keluhan kemandirian_berpakaian kemandirian_berpindah
        kemandirian_kelola_diri kemandirian_makan kemandirian_mandi kemandirian_toilet kembali_ke_jalan
        kembali_uraian kendala_sekolah kepentingan_terbaik kesepakatan_uraian kesiapan_uraian kesimpulan
        kesimpulan_awal keterangan_tetangga kognitif kondisi kondisi_anak kondisi_ekonomi kondisi_emosi
        kondisi_fisik kondisi_keluar kondisi_masuk kondisi_serah kondisi_serah_uraian kondisi_sosial
        kondisi_spiritual kondisi_terima kondisi_uraian konflik_keluarga konflik_uraian konsep_diri kontak_hasil
        korban_kerugian korban_luka kriteria_bukti kriteria_terminasi kriteria_uraian kronologi kronologi_singkat
        kualitas_pengasuhan lapor_polisi laporan_akhir laporan_pendampingan laporan_sosial larangan_kontak
        larangan_kunjungan latar_belakang layanan_diberikan lila_cm lingkungan lingkungan_uraian luka makna
        masalah_utama materai meninggal_no_surat meninggal_pemakaman meninggal_sebab meninggal_tempat meninggal_tgl
        minat motivasi musyawarah_hasil nama_sekolah napza napza_cara napza_terakhir napza_usia_mulai napza_zat
        no_litmas no_lp no_penetapan notula_file obat obat_aturan obat_nama orientasi p2_bukti pantau_kegiatan
        pantau_kondisi pasal patokan patuh_rehab patuh_sanksi pelaksanaan_item pelanggaran pelanggaran_tindakan
        pelanggaran_ulang pelanggaran_uraian pemanfaatan_waktu pendampingan_catatan pendapat_anak pendapat_isi
        pendapat_keluarga pendapat_klien pendidikan_rinci pengasuh_siap_uraian pengasuhan pengeluaran
        penghasilan_kel pengulangan penyebab_pergi peran_anak perbuatan_kasus perilaku peristiwa_uraian perjalanan
        permasalahan pernah_layanan_lembaga perubahan pesan_khusus petunjuk_uraian pola_asuh pola_tidur_makan
        ppks_dugaan ppks_lain ppks_utama prognosis proses psiko_uraian rehabilitasi rekaman rekomendasi
        rekomendasi_diversi rekomendasi_peserta relasi_anak relasi_ayah relasi_ibu relasi_pasangan relasi_saudara
        rencana_indikator rencana_kegiatan rencana_tujuan rencana_uraian ringkasan_kasus ringkasan_penanganan
        ringkasan_perkembangan risiko_alasan risiko_bunuh_diri risiko_eksploitasi risiko_kabur risiko_kekerasan
        riwayat riwayat_kerja riwayat_sakit riwayat_sakit_uraian rps_kamar rtl_tindakan rujukan_alasan rute
        saksi_ttd sanksi sekolah sekolah_tujuan sekolah_tujuan_lain skor_skrining skrining_jiwa spiritual_uraian
        status_hidup suara_anak suara_keluarga suara_klien suhu suku sumber_dukungan surat_polisi tanda_terima_ttd
        tanda_terima_upt tb_cm telaah_asesmen telusur_hasil teman_sebaya tempat tempat_aman tempat_bertemu
        tempat_ditemukan tempat_kejadian tempat_sementara tempat_sementara_uraian tempat_tahan tempat_undangan
        temuan tensi terakhir_terjaring tgl_lp tindak_lanjut_jks tindakan_segera titipan_nama titipan_ttd
        ttd_kesanggupan ttd_klien ttd_p1 ttd_p2 ttd_pemberi ttd_saksi ttd_setuju_keluarga ttd_setuju_klien
        ttd_titipan tujuan_verifikasi umpan_berkas umpan_isi uraian wali_konflik
    """,
    # Who somebody is, where, and how to reach them; faces; signatures of officers.
    "personal": """
        agt_nama agt_nik alamat anak_lain_inisial barang_bawaan_foto barang_foto barang_titipan_foto binjut_petugas
        catatan_alamat catatan_petugas catatan_pihak dinsos_hp dinsos_kontak ditemui_hp ditemui_nama foto foto_wajah
        harian_petugas inisial kasi_ttd kasus_label kel_alamat kel_hp kel_nama kel_nik kepada kesepakatan_pengawas
        kontak_darurat kontak_nama kontak_pihak kontak_sekolah kontak_sekolah_hp korban_inisial lokasi
        lokasi_ditemukan lokasi_kegiatan lokasi_serah mediator mengetahui_nama mengetahui_ttd nama_alias nama_ayah
        nama_ibu nama_lengkap nama_pemberi nama_saksi nama_saksi_persetujuan narasumber nik nik_pemberi nisn no_hp
        no_jkn no_kk no_kks notulis operator p1_alamat p1_hp p1_nama p1_nip_nik p2_alamat p2_hp p2_nama p2_nip_nik
        pantau_petugas peksos_ttd pelapor_alamat pelapor_hp pelapor_nama pelapor_nik pemeriksa penasihat_hukum
        pendamping_nama pendamping_sekolah pendapat_peserta penentu_nama pengantar pengasuh_akhir pengawas penyidik
        peristiwa_pihak peserta_hp peserta_nama peserta_ttd pimpinan_rapat pj_hp pj_penerima pj_penerima_hp pk
        rencana_penanggung_jawab rt rtl_penanggung_jawab rw saksi_nama sumber_kontak sumber_nama telusur_sumber
        tempat_lahir tgl_lahir titipan_foto ttd_keputusan ttd_notulis ttd_petugas ttd_pimpinan yang_menyerahkan
    """,
    # What the office did, when, with whom, what it decided, and what is counted.
    "internal": """
        adminduk agama_cocok agt_jk agt_jkn agt_pekerjaan agt_pendidikan agt_umur alamat_berubah alamat_jenis
        alamat_keluarga alamat_sesuai alasan_kembali anak_didampingi anak_lain_jk anak_lain_umur
        anak_lain_wali_hadir ancaman_segera anonim arsip_kurang arsip_lengkap asal asal_kasus asal_pengakuan
        asal_pengakuan_prov assent_anak atensi baca_tulis bahasa_wawancara bantuan_diterima bantuan_item
        bantuan_jumlah bantuan_lain bantuan_rupiah bantuan_satuan bapas barang_bawaan_jumlah barang_jumlah
        barang_kembali barang_titipan_jumlah batas_30 bentuk bentuk_diversi berat_tindakan berkas berkas_kurang
        berkas_lengkap bersedia_mengasuh bersekolah bertemu biaya biaya_item biaya_rp biaya_rupiah biaya_sumber
        binjut_bulan binjut_cara binjut_tgl bln_lahir boleh_dihubungi butuh_darurat butuh_jaminan butuh_lanjut
        butuh_rehab butuh_sekolah cara cara_asesmen cara_verifikasi catatan_jam catatan_tgl cc_berikut cek_dtsen
        cek_dukcapil cek_duplikat dari_rps darurat darurat_kasus dasar_pemrosesan dasar_rj dasar_taksiran
        dasar_usulan data_anak_berubah data_klien_berubah dijamin dijamin_lanjut dinsos_asal dinsos_asal_lain
        disposisi ditemui_hub diterima diterima_upt dok_kembali dok_serah dukungan durasi_mnt foto_boleh_publik
        hadir hambatan_dok harian_tgl hasil_akhir hasil_diversi hasil_dukcapil hasil_jks hasil_koordinasi
        hasil_layanan hasil_penelusuran hasil_reunifikasi hasil_rj hasil_sekolah hasil_upaya hilang_tgl hub_klien
        hub_pemberi identitas_cocok identitas_dicek info_dibacakan informan insiden instansi instansi_lain
        instansi_pengirim instruksi interval_kasus interval_monitoring item_capaian item_jumlah item_nama
        item_rupiah item_satuan item_target izin_wali jadwal_berikut jam_berangkat jam_ditemukan jam_keluar
        jam_laporan jam_masuk jam_mulai jam_selesai jam_serah jam_tiba jam_undangan jaminan_status jaminan_terakses
        jangka_bln janji_rahasia jarak_kunjungan jenis_dinsos jenis_dok jenis_masuk jenis_rujukan jenis_serah
        jenis_surat jenis_terminasi jenjang_terakhir jk jk_kasus jkn_status jml_anak jml_anggota jml_dicatat
        jml_klien jml_lembar jml_peserta jml_tanggungan jumlah_anak_ikut kab kanal kasi_petugas kasi_terima
        kasi_waktu kasus_id kasus_jatuh_tempo kasus_nomor kasus_sebelumnya kasus_serupa keberfungsian
        kebutuhan_dasar kebutuhan_domain kebutuhan_prioritas kecamatan kecamatan_temuan kecukupan_makan kegiatan_tgl
        kel_bukti kel_hub kelas kelas_terakhir kelengkapan_arsip kelompok kelompok_kasus keluarga_ada keluarga_dihubungi
        kelurahan kelurahan_temuan kendala_jks kepemilikan_dok keputusan keputusan_under12 keputusan_utama
        kerja_akhir kesanggupan kesepakatan_bentuk kesepakatan_nilai kesepakatan_ortu kesepakatan_tenggat kesesuaian
        kesiapan keterampilan ketersediaan_identitas kewarganegaraan kip_kuliah kode_klasifikasi kode_pos
        kondisi_pendidikan kondisi_petugas kondisi_rumah_air kondisi_rumah_atap kondisi_rumah_dinding
        kondisi_rumah_jamban kondisi_rumah_kamar kondisi_rumah_kebersihan kondisi_rumah_lantai kondisi_rumah_listrik
        kontak_awal kontak_cara kontak_tgl kontak_waktu kontrol korban_anak korban_dihubungi korban_hadir korban_jk
        korban_umur kriteria_cocok kriteria_jk kriteria_kategori kriteria_terpenuhi kriteria_umur kriteria_usia
        kunjungan_berikut lama_dijalan lama_masalah lama_tinggal_bln lanjut_bila_gagal lapsos_tgl layak_rujuk
        layanan layanan_diminta layanan_diterima layanan_terpenuhi lembaga_tujuan lokasi_arsip luar_daerah
        luas_per_jiwa manajer_kasus materi materi_uraian media media_arsip mediator_didampingi mengetahui
        mengetahui_jabatan menit_pelayanan metode moda mulai_aktif musyawarah_hadir musyawarah_tgl nama_sumber
        nik_status no_balasan no_hp_milik no_permintaan no_register no_registrasi no_spt no_surat no_surat_diterima
        no_surat_jks no_surat_koordinasi no_surat_rujukan no_surat_uppa no_undangan npsn orang_hilang p1_hub
        p1_instansi p1_jabatan p2_hub p2_instansi p2_jabatan p2_larangan pantau_1bln pantau_3bln pantau_tgl paraf
        paraf_kasus pekerjaan peksos_petugas peksos_terima peksos_waktu pelaksana pelaksanaan_capaian
        pelaksanaan_tenggat pelapor_hub pemberi_persetujuan penanggung_jawab_rps pendamping pendamping_anak
        pendampingan_jenis pendampingan_menit pendampingan_tgl pendidikan_terakhir penduduk_setempat penentu_jabatan
        penerjemah pengasuh_siap pengasuh_utama pengecualian penyetuju peran_klien peristiwa_tgl perlengkapan
        perlu_cc perlu_darurat perlu_kunjungan_lanjutan perlu_medis perlu_pengamanan perlu_pengamanan_kasus
        perlu_rujukan permintaan_diversi pernah_dilaporkan pernah_layanan perubahan_skor peserta_hadir
        peserta_instansi peserta_jabatan peserta_peran petugas_asesmen petugas_kode petugas_tujuan petunjuk pilihan
        pip_kip pkh prov pulang_tgl pulih punya_jks rekomendasi_lapsos rencana_awal rencana_domain rencana_instansi
        rencana_lama rencana_lama_hari rencana_mulai rencana_sumber_dana rencana_tenggat respon respon_keluarga
        respon_klien risiko_sisa risiko_temuan rtl_tenggat rujuk_ke rujuk_ke_lain rujukan_lain rujukan_lembaga
        saksi_jabatan sanksi_layak sebar_info sekolah_akhir sekolah_status sembako serumah sesi_berikut
        setuju_berbagi setuju_foto setuju_keluarga setuju_klien setuju_korban setuju_layanan setuju_publikasi
        siap_dikirim sifat_arsip skala_sebelum skala_sesudah skm_1 skm_2 skm_3 skm_4 skm_5 skm_6 skm_7 skm_8 skm_9
        skor_akhir skor_awal skor_risiko status_kawin status_klien_sekarang status_lanjut status_rujukan
        status_sekolah status_tempat sudah_keluar sumber_biaya sumber_jenis sumber_laporan surat_ditandatangani
        surat_diterima_jenis syarat tahap taksiran_maks taksiran_min tampil tanda_tangan tanda_tangan_kasus
        tanpa_tekanan tarik_info telusur_cara telusur_tgl tema tempat_asesmen tempat_mediasi tenggat tgl_antar
        tgl_arsip tgl_asesmen tgl_balasan tgl_berikut tgl_cek tgl_daftar tgl_diterima_upt tgl_hasil_jks tgl_kegiatan
        tgl_kejadian tgl_kejadian_pasti tgl_keluar tgl_lahir_pasti tgl_laporan tgl_lengkap tgl_litmas tgl_masuk
        tgl_mulai tgl_mulai_diversi tgl_musyawarah tgl_penetapan tgl_registrasi tgl_reunifikasi tgl_surat
        tgl_surat_diterima tgl_surat_koordinasi tgl_tinjau tgl_undangan tgl_usul thn_lahir thn_putus tiket
        tinggal_akhir tinggal_bersama tingkat_risiko tingkat_risiko_baru tingkat_risiko_kasus titipan_jumlah
        transport tugas tujuan_disposisi tujuan_keluar tujuan_kunjungan tujuan_serah tujuan_sesi tujuan_tercapai
        umpan_tgl unit urgensi urgensi_rujukan usia_kasus usia_kini usia_maks usia_min usia_perkiraan
        usia_saat_kejadian usulan usulan_jks usulan_kasus usulan_layanan wajib_diversi waktu_ditemukan
        waktu_informasi waktu_lapor waktu_permintaan waktu_respon waktu_setuju waktu_terima wali_hadir wilayah_nama
    """,
}

LEVEL: Mapping[str, str] = {name: level for level, names in _NAMES.items() for name in names.split()}
"""{question: public, internal, personal, sensitive or secret}; a name means the same in every instrument."""

_ASK_NOBODY = ("note", "begin_", "end_", "start", "end", "today", "deviceid", "username", "audit")


def declared(row: Mapping[str, str]) -> Mapping[str, str]:
    """A row of a survey sheet with the level of its question, unless it says one itself.

    Raises KeyError for a question nobody has judged yet.
    """
    if COLUMN in row or row["type"].startswith(_ASK_NOBODY):
        return row
    return {**row, COLUMN: LEVEL[row["name"]]}
