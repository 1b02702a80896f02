"""Choice lists of this SOP's instruments, and shared ones that need more choices here."""

from xlsforms.sources import services
from xlsforms.sources.lists import read

_TEXT = """
[jenis]
anak_jalanan | Anak jalanan | Street child
anak_terlantar | Anak telantar | Neglected child
anak_nakal | Anak dengan perilaku berisiko (dalam SOP: anak nakal) | Child with risky behaviour
anak_tuna_susila | Anak korban eksploitasi seksual (dalam SOP: anak tuna susila) | Child exploited sexually
lain | Di luar keempat kelompok | Outside the four groups

[ppks]
anak_balita_telantar | Anak balita telantar | Neglected under-five
anak_telantar | Anak telantar | Neglected child
abh | Anak yang berhadapan dengan hukum | Child in contact with the law
anak_jalanan | Anak jalanan | Street child
adk | Anak dengan kedisabilitasan | Child with disability
anak_korban_kekerasan | Anak korban tindak kekerasan atau diperlakukan salah | Child victim of violence or mistreatment
ampk | Anak yang memerlukan perlindungan khusus | Child needing special protection
lansia_telantar | Lanjut usia telantar | Neglected older person
disabilitas | Penyandang disabilitas | Person with disability
tuna_susila | Tuna susila | Person in prostitution
gelandangan | Gelandangan | Homeless person
pengemis | Pengemis | Beggar
pemulung | Pemulung | Scavenger
kelompok_minoritas | Kelompok minoritas | Minority group
bwblp | Bekas warga binaan lembaga pemasyarakatan | Former inmate
odhiv | Orang dengan HIV/AIDS | Person living with HIV
napza | Korban penyalahgunaan NAPZA | Victim of drug abuse
trafficking | Korban perdagangan orang | Victim of trafficking
korban_kekerasan | Korban tindak kekerasan | Victim of violence
pmbs | Pekerja migran bermasalah sosial | Migrant worker with social problems
korban_bencana_alam | Korban bencana alam | Victim of a natural disaster
korban_bencana_sosial | Korban bencana sosial | Victim of a social disaster
prse | Perempuan rawan sosial ekonomi | Socio-economically vulnerable woman
fakir_miskin | Fakir miskin | Very poor person
kbsp | Keluarga bermasalah sosial psikologis | Family with psychosocial problems
kat | Komunitas adat terpencil | Remote indigenous community
lain | Di luar kategori PPKS | Outside the categories

[jenis_masuk]
laporan_lisan | Laporan lisan | Spoken report
surat | Surat | Letter
rujukan | Rujukan lembaga lain | Referral by another institution
penyerahan_langsung | Penyerahan langsung | Handed over in person
razia | Razia atau penjangkauan | Raid or outreach

[kondisi]
sehat | Sehat | Healthy
sakit | Sakit | Ill
luka | Luka | Injured
hamil | Hamil | Pregnant
mabuk | Mabuk | Intoxicated
gangguan_jiwa | Tampak gangguan jiwa | Signs of mental disorder
bayi_balita | Bayi atau balita | Baby or toddler
lansia_rapuh | Lanjut usia yang rapuh | Frail older person
membawa_senjata | Membawa senjata | Carries a weapon
ketakutan | Ketakutan | Frightened
tidak_diketahui | Belum diketahui | Not yet known

[hubungan]
ayah | Ayah | Father
ibu | Ibu | Mother
ayah_tiri | Ayah tiri | Stepfather
ibu_tiri | Ibu tiri | Stepmother
kakak | Kakak | Older sibling
adik | Adik | Younger sibling
kakek | Kakek | Grandfather
nenek | Nenek | Grandmother
paman | Paman | Uncle
bibi | Bibi | Aunt
suami | Suami | Husband
istri | Istri | Wife
anak | Anak kandung dari anak ini | Own child of the child
wali | Wali | Guardian
pengasuh | Pengasuh | Carer
klien | Anak sendiri | The child
tetangga | Tetangga | Neighbour
guru | Guru | Teacher
petugas | Petugas atau aparat | Officer or official
lain | Lainnya | Other

[syarat]
laporan | Laporan atau surat pengantar | Report or cover letter
ba_penyerahan | Berita acara penyerahan | Record of hand-over
identitas_anak | Identitas anak (akta, KIA, KK) | Identity of the child
identitas_ortu | Identitas orang tua atau wali | Identity of parents or guardian
surat_rt_rw | Pengantar RT/RW | Letter of the neighbourhood
foto | Foto anak atau lokasi | Photo of the child or the place
lain | Lainnya | Other
tidak_ada | Tidak ada | None

[jenis_dok]
laporan | Laporan atau surat | Report or letter
identitas | Identitas | Identity paper
berita_acara | Berita acara | Official record
laporan_sosial | Laporan sosial | Social report
bukti_jaminan | Bukti kepesertaan jaminan | Proof of social security
bukti_sekolah | Bukti pendaftaran sekolah | Proof of school enrolment
surat_rujukan | Surat rujukan atau balasan | Referral letter or reply
daftar_hadir | Daftar hadir | Attendance list
lain | Lainnya | Other

[tempat_asesmen]
kantor | Kantor dinas | Office
rps | Rumah singgah atau RPS | Shelter
lapangan | Lapangan | In the field
rumah | Rumah | Home
sekolah | Sekolah | School
polsek | Polsek atau Polres | Police
rs | Rumah sakit | Hospital

[kegiatan_jalan]
mengamen | Mengamen | Busking
mengemis | Mengemis | Begging
memulung | Memulung | Scavenging
berjualan | Berjualan | Selling
parkir | Parkir | Parking attendant
menggelandang | Menggelandang | Living on the street
prostitusi | Dieksploitasi secara seksual | Sexually exploited
punk | Komunitas punk | Punk community
tidak_ada | Tidak ada | None

[bertemu]
klien | Anak | The child
keluarga | Keluarga | Family
tetangga | Tetangga | Neighbours
tidak_bertemu | Tidak bertemu siapa pun | Nobody met
alamat_salah | Alamat salah | Wrong address
pindah | Sudah pindah | Moved away
menolak | Menolak ditemui | Refused
tidak_ada_rumah | Anak tidak punya rumah | The child has no home
luar_kota | Keluarga di luar kota | Family lives elsewhere

[keputusan_konferensi]
lanjut_pendampingan | Lanjut pendampingan | Continue accompaniment
darurat | Layanan darurat | Emergency service
rujuk | Rujukan | Referral
rj | Keadilan restoratif (RJ) | Restorative justice
diversi | Diversi | Diversion
reunifikasi | Reunifikasi | Reunification
terminasi | Terminasi | Termination
tunda | Ditunda | Postponed

[domain_rencana]
pengasuhan | Pengasuhan | Care
rehabilitasi | Rehabilitasi atau habilitasi | Rehabilitation or habilitation
jaminan | Jaminan sosial | Social security
pendidikan | Pendidikan | Education
kesehatan | Kesehatan | Health
psikososial | Psikososial | Psychosocial
keluarga | Keluarga | Family
tempat_tinggal | Tempat tinggal | Housing
ekonomi | Ekonomi | Livelihood
adminduk | Dokumen kependudukan | Civil papers
lain | Lainnya | Other

[dasar_darurat]
ancaman_jiwa | Ancaman jiwa | Threat to life
kekerasan | Kekerasan | Violence
sakit_berat | Sakit berat | Serious illness
telantar_total | Telantar sama sekali | Utterly neglected
bayi | Bayi | Baby
anak_sendirian | Anak sendirian | Child alone
pasca_razia | Sesudah razia | After a raid
bencana | Bencana | Disaster

[layanan_darurat]
makan | Makan dan minum | Food and drink
sandang | Sandang | Clothes
kebersihan | Perlengkapan kebersihan | Hygiene items
obat | Obat | Medicine
rujuk_rs | Dirujuk ke rumah sakit atau puskesmas | Taken to hospital or health centre
tempat_aman | Tempat aman | Safe place
transport | Transportasi | Transport
konseling_awal | Dukungan psikologis awal | Psychological first aid
pengamanan_polisi | Pengamanan polisi | Police protection
susu_popok | Susu atau popok | Milk or nappies

[tempat_aman]
rps | RPS | Shelter (RPS)
rumah_singgah | Rumah singgah | Transit house
rs | Rumah sakit | Hospital
keluarga_kerabat | Keluarga atau kerabat | Relatives
lksa | LKSA | Children's institution (LKSA)
tidak | Tidak ditempatkan | Not placed

[izin_wali]
ada | Ada persetujuan wali | Guardian consents
tanpa_wali | Tanpa wali | Without a guardian
wali_menolak | Wali menolak | Guardian refuses

[peran_penyetuju]
peksos | Pekerja sosial | Social worker
supervisor | Supervisor | Supervisor
kadis | Kepala Dinas | Head of the office

[tujuan_keluar]
keluarga | Keluarga | Family
lksa | LKSA | Children's institution (LKSA)
panti | Panti atau sentra | Residential home
rs | Rumah sakit | Hospital
lepas | Atas permintaan sendiri | At own request
melarikan_diri | Melarikan diri | Absconded
lain | Lainnya | Other

[satuan]
buah | Buah | Pieces
paket | Paket | Packages
kg | Kilogram | Kilograms
liter | Liter | Litres
hari | Hari | Days
kali | Kali | Times

[cek_dtsen]
terdaftar | Terdaftar | Registered
tidak | Tidak terdaftar | Not registered
tidak_ditemukan | Tidak ditemukan | Not found
nik_bermasalah | NIK bermasalah | Identity number in dispute

[jkn_status]
aktif_pbi | Aktif, PBI | Active, paid by the state
aktif_pbi_apbd | Aktif, PBI APBD | Active, paid by the region
aktif_mandiri | Aktif, mandiri | Active, self-paid
aktif_pekerja | Aktif, pekerja | Active, through work
nonaktif | Tidak aktif | Inactive
tidak_punya | Tidak punya | None

[penerima]
ya | Ya | Yes
tidak | Tidak | No
pernah | Pernah | Formerly
tidak_tahu | Tidak tahu | Not known

[bantuan_lain]
baznas | Baznas | Baznas (alms agency)
apbd | APBD | Regional budget
desa | BLT desa atau kelurahan | Village cash assistance
csr | CSR | Companies
lain | Lainnya | Other
tidak_ada | Tidak ada | None

[kendala_jks]
nik_tidak_padan | NIK tidak padan | Identity number does not match
kk_luar_daerah | KK luar daerah | Family card from elsewhere
belum_ber_nik | Belum ber-NIK | No identity number yet
desil_tidak_memenuhi | Desil tidak memenuhi | Decile too high
kuota | Kuota | Quota
menolak | Menolak | Refuses
dokumen | Dokumen kurang | Papers missing
tidak_ada | Tidak ada | None

[adminduk]
akta | Akta kelahiran | Birth certificate
kk | Kartu keluarga | Family card
ktp | KTP | Identity card
kia | Kartu Identitas Anak | Child identity card
pindah | Surat pindah | Letter of removal
perekaman | Perekaman data | Biometric registration
tidak_ada | Tidak ada | None

[usulan_jks]
usul_dtsen | Pengusulan DTSEN | Registration in DTSEN
reaktivasi_pbi | Reaktivasi PBI-JKN | Reactivation of state-paid insurance
pbi_apbd | PBI APBD | Insurance paid by the region
pkh | PKH | Family hope programme (PKH)
sembako | Sembako | Food assistance
pip | PIP | School assistance (PIP)
atensi | ATENSI | Rehabilitation assistance (ATENSI)
kartu_daerah | Kartu bantuan daerah | Regional card
tidak_perlu | Tidak perlu | Not needed

[dasar_usulan]
musdes_muskel | Musyawarah desa atau kelurahan | Village meeting
surat_dinsos | Surat Dinas Sosial | Letter of the office
darurat_medis | Darurat medis | Medical emergency

[hasil_jks]
diproses | Diproses | In process
menunggu_periode | Menunggu periode | Waits for the period
disetujui | Disetujui | Approved
ditolak | Ditolak | Refused

[status_sekolah]
sekolah | Sekolah | At school
putus | Putus sekolah | Dropped out
tidak_pernah | Tidak pernah sekolah | Never at school
tamat | Tamat | Finished
belum_usia | Belum usia sekolah | Below school age

[jenjang]
tk | TK atau PAUD | Kindergarten
sd_mi | SD atau MI | Primary
smp_mts | SMP atau MTs | Lower secondary
sma_smk_ma | SMA, SMK atau MA | Upper secondary
slb | SLB | Special school
paket_a | Paket A | Package A
paket_b | Paket B | Package B
paket_c | Paket C | Package C
pesantren | Pesantren | Islamic boarding school
tidak_ada | Belum pernah | None

[alasan_putus]
biaya | Biaya | Cost
bekerja | Bekerja | Works
menikah | Menikah | Married
hamil | Hamil | Pregnant
perundungan | Perundungan | Bullying
dikeluarkan | Dikeluarkan | Expelled
tidak_minat | Tidak berminat | Not interested
jarak | Jarak | Distance
disabilitas | Disabilitas | Disability
kasus_hukum | Kasus hukum | Case at law
pindah | Pindah | Moved
tanpa_dokumen | Tanpa dokumen | No papers

[baca_tulis]
lancar | Lancar | Fluent
sebagian | Sebagian | In part
belum | Belum | Not yet

[pilihan_sekolah]
formal_asal | Sekolah formal asal | Former school
formal_lain | Sekolah formal lain | Another school
inklusi_slb | Sekolah inklusi atau SLB | Inclusive or special school
kejar_paket | Kejar paket | Equivalency package
pkbm_skb | PKBM atau SKB | Community learning centre
pesantren | Pesantren | Islamic boarding school
kursus_blk | Kursus atau BLK | Course or training centre
sekolah_rakyat | Sekolah Rakyat | Sekolah Rakyat (state boarding school)
tidak_mau | Tidak mau | Does not want to

[hambatan_dok]
akta | Akta kelahiran | Birth certificate
kk | Kartu keluarga | Family card
rapor | Rapor | School report
ijazah | Ijazah | Certificate
surat_pindah | Surat pindah | Letter of transfer
nisn | NISN | Pupil number (NISN)
tidak_ada | Tidak ada | None

[sumber_biaya]
pip | PIP | School assistance (PIP)
baznas | Baznas | Baznas (alms agency)
apbd | APBD | Regional budget
csr | CSR | Companies
keluarga | Keluarga | Family

[perlengkapan]
seragam | Seragam | Uniform
sepatu | Sepatu | Shoes
tas | Tas | Bag
buku | Buku | Books
sepeda_transport | Sepeda atau transportasi | Bicycle or transport
tidak_ada | Tidak ada | None

[diterima_sekolah]
ya | Ya | Yes
tidak | Tidak | No
menunggu | Menunggu | Waiting

[kesanggupan]
sanggup | Sanggup | Able and willing
tidak | Tidak sanggup | Not able
belum | Belum dibicarakan | Not yet discussed

[kehadiran_sekolah]
rutin | Rutin | Regular
jarang | Jarang | Seldom
putus_lagi | Putus lagi | Dropped out again

[hasil_sekolah]
kembali | Kembali ke sekolah formal | Back at school
alih_nonformal | Beralih ke pendidikan nonformal | Moved to non-formal education
gagal | Belum berhasil | Not yet

[jenis_terminasi]
tujuan_tercapai | Tujuan tercapai | Goals reached
layanan_terpenuhi | Semua layanan terpenuhi dan dapat diakses (langkah 11) | All services given and accessible (step 11)
pulih_berkelanjutan | Pulih dan dijamin berkelanjutan (langkah 12) | Recovered and assured (step 12)
dilimpahkan | Dilimpahkan | Handed over
ke_keluarga | Kembali ke keluarga | Back to the family
ke_panti | Ke panti | To an institution
ditolak | Ditolak | Refused
mundur | Anak atau keluarga mundur | Child or family withdraws
pindah | Pindah | Moved away
meninggal | Meninggal | Died
hilang_kontak | Hilang kontak | Contact lost
melarikan_diri | Melarikan diri | Absconded
putusan_hukum | Putusan hukum | Court decision

[kelengkapan_arsip]
laporan_awal | Laporan awal | First report
asesmen | Hasil asesmen | Assessment
kunjungan_rumah | Laporan kunjungan rumah | Report of the home visit
ba_konferensi | Berita acara konferensi kasus | Record of the case conference
rencana | Rencana manajemen kasus | Case-management plan
layanan_darurat | Catatan layanan darurat | Notes on the emergency service
bukti_jks | Bukti pengurusan JKS | Proof of social security
bukti_sekolah | Bukti pendaftaran sekolah atau PKBM | Proof of school enrolment
rujukan | Surat rujukan | Referral letter
monitoring | Catatan monitoring | Monitoring notes
ba_terminasi | Berita acara terminasi | Record of termination
ba_penanganan | Berita Acara Penanganan Kasus | Record of the handling of the case
laporan_kasus | Laporan kasus | Case report
"""

CHOICES = services.CHOICES | read(_TEXT)
