"""Choice lists of services and referrals, for every SOP whose clients may need any of them (domain.md 2.2 and 3.9)."""

from xlsforms.sources.lists import read

_TEXT = """
[jenis_layanan]
motivasi_diagnosis | Motivasi dan diagnosis psikososial | Motivation and psychosocial diagnosis
perawatan_pengasuhan | Perawatan dan pengasuhan | Care
pelatihan_vokasional | Pelatihan vokasional dan kewirausahaan | Vocational training and enterprise
bimbingan_mental_spiritual | Bimbingan mental spiritual | Mental and spiritual guidance
bimbingan_fisik | Bimbingan fisik | Physical guidance
bimbingan_sosial | Bimbingan sosial dan konseling | Social guidance and counselling
aksesibilitas | Pelayanan aksesibilitas | Accessibility
bantuan_asistensi | Bantuan dan asistensi sosial | Social assistance
resosialisasi | Bimbingan resosialisasi | Resocialisation
bimbingan_lanjut | Bimbingan lanjut | After care
rujukan | Rujukan | Referral
layanan_darurat | Layanan darurat | Emergency service
fasilitasi_adminduk | Fasilitasi dokumen kependudukan | Help with civil papers
fasilitasi_jaminan | Fasilitasi jaminan sosial | Help with social security
fasilitasi_pendidikan | Fasilitasi pendidikan | Help with schooling
penelusuran | Penelusuran keluarga | Family tracing
reunifikasi | Reunifikasi | Reunification
pendampingan_hukum | Pendampingan hukum | Legal accompaniment
mediasi | Mediasi | Mediation

[jenis_rujukan]
internal | Internal | Within the office
eksternal_daerah | Lembaga di daerah | Institution of the region
provinsi | Provinsi | Province
kemensos | Kementerian Sosial | Ministry of Social Affairs
lintas_daerah | Lintas daerah | Another region
penolakan | Penolakan dan pengalihan | Refused here and passed on

[alasan_rujukan]
rehabilitasi | Perlu rehabilitasi | Needs rehabilitation
habilitasi | Perlu habilitasi | Needs habilitation
pengasuhan | Perlu pengasuhan pengganti | Needs alternative care
kesehatan | Perlu layanan kesehatan | Needs health care
jiwa | Perlu layanan kesehatan jiwa | Needs mental health care
napza | Perlu rehabilitasi NAPZA | Needs drug rehabilitation
perlindungan | Perlu perlindungan | Needs protection
di_luar_kewenangan | Di luar kewenangan | Outside the office's powers
lain | Lainnya | Other

[berkas_rujukan]
ba_penyerahan | Berita acara penyerahan | Record of hand-over
form_penerimaan | Form penerimaan | Intake form
asesmen | Hasil asesmen | Assessment
laporan_sosial | Laporan sosial | Social report
form_rujukan | Form rujukan | Referral form
ktp_kk | KTP atau KK | Identity or family card
surat_sehat | Surat sehat | Health certificate
surat_polisi | Surat polisi | Police letter
persetujuan_keluarga | Persetujuan keluarga | Consent of the family
foto | Foto | Photo

[tes_kesehatan]
belum | Belum diperiksa | Not examined
sehat | Sehat | Healthy
tb | TB | Tuberculosis
hamil | Hamil | Pregnant
napza | NAPZA | Drugs
kulit | Penyakit kulit | Skin disease
lain | Lainnya | Other

[transport]
mobil_dinas | Mobil dinas | Office car
ambulans | Ambulans | Ambulance
umum | Kendaraan umum | Public transport
lembaga | Dijemput lembaga | Fetched by the institution
keluarga | Diantar keluarga | Brought by the family

[status_rujukan]
diajukan | Diajukan | Sent
diterima | Diterima | Accepted
ditolak | Ditolak | Refused
daftar_tunggu | Daftar tunggu | Waiting list
tiba | Tiba | Arrived
kembali | Kembali | Returned
"""

CHOICES = read(_TEXT)
