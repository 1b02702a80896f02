"""Choice lists of all instruments, one line per choice: name | Indonesian | English."""

from xlsforms.sources.survey import Pair

_TEXT = """
[tampil]
menunggu | Yang menunggu formulir ini | Waiting for this form
semua | Semua kasus terbuka | All open cases

[ya_tidak]
ya | Ya | Yes
tidak | Tidak | No

[ya_tidak_tahu]
ya | Ya | Yes
tidak | Tidak | No
tidak_tahu | Tidak tahu | Not known

[jenis_masuk]
laporan | Laporan dari anak, orang tua atau masyarakat | Report by the child, parents or community
undangan_rj | Undangan RJ (Restorasi Justice) di masyarakat | Invitation to restorative justice in the community
undangan_diversi | Undangan diversi dari APH | Invitation to diversion by law enforcement

[kanal]
datang_langsung | Datang langsung | In person
surat | Surat | Letter
telepon | Telepon | Telephone
whatsapp | WhatsApp | WhatsApp
email | Surel | E-mail
web | Laman dinas | Office web site
sp4n_lapor | SP4N-LAPOR! | SP4N-LAPOR!
e_sambat | E-Sambat | E-Sambat
mpp | Mal Pelayanan Publik (MPP) | Public service mall (MPP)
instagram | Instagram | Instagram
facebook | Facebook | Facebook
x | X (Twitter) | X (Twitter)
tiktok | TikTok | TikTok
kotak_saran | Kotak saran | Suggestion box
penjangkauan | Penjangkauan atau razia | Outreach or raid

[sumber_laporan]
klien_sendiri | Anak sendiri | The child
keluarga | Orang tua atau keluarga | Parents or family
masyarakat | Masyarakat | Community
kelurahan | Kelurahan | Village office
polisi | Kepolisian (Polres/Polsek/UPPA) | Police
kejaksaan | Kejaksaan | Prosecutor
pengadilan | Pengadilan | Court
bapas | Bapas | Probation office (Bapas)
sekolah | Sekolah | School
satpol_pp | Satpol PP | Municipal police (Satpol PP)
puskesos | SLRT atau Puskesos | SLRT or Puskesos
psm | PSM | Community social worker (PSM)
tksk | TKSK | Subdistrict social worker (TKSK)
pkh | Pendamping PKH | PKH facilitator
kesehatan | Rumah sakit atau Puskesmas | Hospital or health centre
lks | LKS atau LKSA | Welfare institution (LKS, LKSA)
lsm | LSM | Non-governmental organisation
dinsos_lain | Dinas Sosial lain | Another social office
kemensos | Kementerian Sosial | Ministry of Social Affairs
media | Media | Media
lapor_sp4n | SP4N-LAPOR! | SP4N-LAPOR!
e_sambat | E-Sambat | E-Sambat
temuan_petugas | Temuan petugas | Found by an officer

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
anak | Anak kandung | Own child
wali | Wali | Guardian
pengasuh | Pengasuh | Carer
klien | Anak sendiri | The child
tetangga | Tetangga | Neighbour
guru | Guru | Teacher
korban | Korban atau keluarga korban | Victim or victim's family
petugas | Petugas atau aparat | Officer or official
lain | Lainnya | Other

[ketersediaan_identitas]
lengkap | Lengkap | Complete
sebagian | Sebagian | In part
tidak_ada | Tidak ada | None
menolak | Menolak menunjukkan | Refuses to show

[nama_sumber]
ktp | KTP | Identity card
kk | Kartu keluarga | Family card
akta | Akta kelahiran | Birth certificate
pengakuan | Pengakuan anak | The child's word
pelapor | Keterangan pelapor | The reporter's word
diberi_petugas | Diberi petugas (ANAK X) | Given by the officer (ANAK X)

[nik_status]
ada_kartu | Ada kartu | Card shown
hafal | Hafal | Known by heart
dari_kk | Dari kartu keluarga | From the family card
belum_punya | Belum punya | None yet
tidak_tahu | Tidak tahu | Not known
bermasalah | Ganda atau bermasalah | Double or in dispute

[jk]
L | Laki-laki | Male
P | Perempuan | Female

[tgl_lahir_pasti]
tepat | Tanggal lahir diketahui | Birth date known
bulan_tahun | Hanya bulan dan tahun | Month and year only
tahun | Hanya tahun | Year only
perkiraan_umur | Hanya perkiraan umur | Estimated age only
tidak_tahu | Tidak diketahui, petugas menaksir | Not known, the officer estimates

[dasar_taksiran]
fisik | Penampilan fisik | Appearance
gigi | Gigi | Teeth
pengakuan | Pengakuan anak | The child's word
sekolah | Kelas atau data sekolah | School class or records
dokter | Keterangan dokter | Doctor's statement
keluarga | Keterangan keluarga | Family's statement

[agama]
islam | Islam | Islam
kristen | Kristen | Protestant
katolik | Katolik | Catholic
hindu | Hindu | Hindu
buddha | Buddha | Buddhist
khonghucu | Khonghucu | Confucian
kepercayaan | Kepercayaan terhadap Tuhan YME | Traditional belief
tidak_tahu | Tidak diketahui | Not known

[status_kawin]
belum | Belum kawin | Never married
kawin_tercatat | Kawin tercatat | Married, registered
kawin_belum_tercatat | Kawin belum tercatat | Married, not registered
cerai_hidup | Cerai hidup | Divorced
cerai_mati | Cerai mati | Widowed

[kewarganegaraan]
wni | WNI | Indonesian
wna | WNA | Foreign
tidak_jelas | Tanpa kewarganegaraan atau tidak jelas | Stateless or unclear

[pendidikan]
tidak_sekolah | Tidak atau belum sekolah | Not (yet) at school
belum_tamat_sd | Belum tamat SD | Primary not finished
sd | Tamat SD atau sederajat | Primary
smp | SMP atau sederajat | Lower secondary
sma | SMA atau sederajat | Upper secondary
d1_d2 | Diploma I atau II | Diploma I or II
d3 | Diploma III | Diploma III
d4_s1 | Diploma IV atau S1 | Bachelor
s2 | S2 atau lebih | Master or higher
slb | SLB | Special school

[pekerjaan]
pelajar | Pelajar | Pupil
tidak_bekerja | Tidak bekerja | Not working
buruh | Buruh harian | Day labourer
pedagang | Pedagang | Trader
nelayan | Nelayan | Fisher
petani | Petani | Farmer
karyawan | Karyawan swasta | Employee
asn | ASN, TNI atau Polri | Civil servant, army or police
rumah_tangga | Mengurus rumah tangga | Homemaker
jalanan | Pekerjaan di jalan | Work on the street
lain | Lainnya | Other

[hp_milik]
sendiri | Anak sendiri | The child
keluarga | Keluarga | Family
tetangga | Tetangga | Neighbour
lembaga | Lembaga | Institution

[disabilitas]
tidak | Tidak ada | None
fisik | Fisik | Physical
intelektual | Intelektual | Intellectual
mental | Mental | Mental
netra | Netra | Visual
rungu | Rungu | Hearing
wicara | Wicara | Speech
ganda | Ganda | Multiple

[dokumen_milik]
ktp | KTP | Identity card
ikd | Identitas Kependudukan Digital | Digital identity
kia | Kartu Identitas Anak | Child identity card
akta | Akta kelahiran | Birth certificate
kk | Kartu keluarga | Family card
suket | Surat keterangan | Letter of statement
sim | SIM | Driving licence
paspor | Paspor | Passport
buku_nikah | Buku nikah | Marriage book
tidak_ada | Tidak ada | None

[alamat_jenis]
ktp | Sesuai KTP atau KK | As on the card
domisili | Domisili | Where the child lives
asal_keluarga | Asal keluarga | Where the family comes from
lokasi_ditemukan | Lokasi ditemukan | Where the child was found
tidak_tetap | Tidak tetap | No fixed address

[penduduk_setempat]
ya | Ya, Kota Pasuruan | Yes, Kota Pasuruan
tidak | Tidak, dari luar kota | No, from elsewhere
belum_diketahui | Belum diketahui | Not yet known

[status_tempat]
milik | Milik sendiri | Owned
sewa | Sewa atau kontrak | Rented
kos | Kos | Boarding
menumpang | Menumpang | Staying with others
panti | Panti atau lembaga | Institution
jalanan | Jalanan | Street
emperan | Bawah jembatan atau emperan | Under a bridge or shop front
terminal | Terminal atau pasar | Terminal or market
rumah_dinas | Rumah dinas | Official housing
lain | Lainnya | Other

[bahasa]
indonesia | Indonesia | Indonesian
jawa | Jawa | Javanese
madura | Madura | Madurese
sunda | Sunda | Sundanese
melayu | Melayu | Malay
lain | Lainnya | Other

[penerjemah]
tidak | Tidak | No
penerjemah | Penerjemah | Interpreter
jbi | Juru bahasa isyarat | Sign language interpreter

[jenis_perbuatan]
pencurian | Pencurian | Theft
penganiayaan | Penganiayaan | Assault
perundungan | Perundungan | Bullying
perusakan | Perusakan | Damage
tawuran | Tawuran | Group fight
lalu_lintas | Lalu lintas | Traffic
ite | ITE (media elektronik) | Electronic media
asusila | Asusila | Sexual offence
narkotika | Narkotika | Narcotics
senjata | Senjata | Weapon
lain | Lainnya | Other

[berat_tindakan]
ringan | Ringan | Minor
berat | Berat | Serious

[kondisi]
sehat | Sehat | Healthy
sakit | Sakit | Ill
luka | Luka | Injured
hamil | Hamil | Pregnant
mabuk | Mabuk | Intoxicated
gangguan_jiwa | Tampak gangguan jiwa | Signs of mental disorder
ketakutan | Ketakutan | Frightened
membawa_senjata | Membawa senjata | Carries a weapon
tidak_diketahui | Belum diketahui | Not yet known

[status_klien]
di_rumah | Di rumah | At home
di_kantor | Di kantor dinas | At the office
di_lokasi | Di lokasi kejadian | At the scene
di_sekolah | Di sekolah | At school
di_satpol | Di Satpol PP | At Satpol PP
di_polsek | Di Polsek atau Polres | At the police
di_rs | Di rumah sakit | In hospital
tidak_diketahui | Tidak diketahui | Not known

[syarat]
laporan | Laporan atau keterangan tertulis | Written report
undangan | Surat undangan RJ atau diversi | Invitation to RJ or diversion
identitas_anak | Identitas anak (akta, KIA, KK) | Identity of the child
identitas_ortu | Identitas orang tua atau wali | Identity of parents or guardian
surat_rt_rw | Pengantar RT/RW | Letter of the neighbourhood
lain | Lainnya | Other

[tingkat_risiko]
darurat | Darurat (tangani sekarang) | Emergency (act now)
tinggi | Tinggi (24 jam) | High (24 hours)
sedang | Sedang (3 hari) | Medium (3 days)
rendah | Rendah (7 hari) | Low (7 days)

[disposisi]
peksos | Pekerja sosial | Social worker
supervisor | Supervisor | Supervisor
tksk | TKSK | Subdistrict social worker (TKSK)
uptd_ppa | UPTD PPA | Women and children unit (UPTD PPA)
lain | Lainnya | Other

[dasar_pemrosesan]
persetujuan | Persetujuan | Consent
tugas_publik | Pelaksanaan tugas layanan publik | Public task
kepentingan_vital | Kepentingan vital anak | Vital interest of the child
kewajiban_hukum | Kewajiban hukum | Legal duty

[pemberi_persetujuan]
orang_tua | Orang tua | Parent
wali | Wali | Guardian
pengasuh | Pengasuh | Carer
klien | Anak sendiri | The child
lembaga | Lembaga | Institution
tidak_ada | Tidak ada | None

[assent]
setuju | Setuju | Agrees
tidak_setuju | Tidak setuju | Does not agree
belum_mampu | Belum mampu menyatakan | Not yet able to say

[bentuk_persetujuan]
tanda_tangan | Tanda tangan | Signature
cap_jempol | Cap jempol | Thumb print
rekaman_suara | Rekaman suara | Voice recording
lisan_dengan_saksi | Lisan dengan saksi | Spoken, with a witness

[jenis_dok]
laporan | Laporan atau undangan | Report or invitation
identitas | Identitas | Identity paper
berita_acara | Berita acara | Official record
surat_kesepakatan | Surat kesepakatan | Agreement
penetapan | Penetapan atau rekomendasi | Ruling or recommendation
laporan_sosial | Laporan sosial | Social report
daftar_hadir | Daftar hadir | Attendance list
lain | Lainnya | Other

[jabatan_mengetahui]
rt | Ketua RT | Head of RT
rw | Ketua RW | Head of RW
lurah | Lurah | Head of kelurahan
perangkat | Perangkat kelurahan | Village official
bhabinkamtibmas | Bhabinkamtibmas | Community police officer

[tempat_asesmen]
kantor | Kantor dinas | Office
rumah | Rumah | Home
lapangan | Lapangan | In the field
sekolah | Sekolah | School
polsek | Polsek atau Polres | Police
rs | Rumah sakit | Hospital

[informan]
klien | Anak | The child
keluarga | Keluarga | Family
pelapor | Pelapor | Reporter
tetangga | Tetangga | Neighbour
sekolah | Sekolah | School
petugas | Petugas | Officer
dokumen | Dokumen | Documents

[masalah_utama]
hukum | Hukum | Law
pengasuhan | Pengasuhan | Care
ekonomi | Ekonomi | Livelihood
kekerasan | Kekerasan | Violence
penelantaran | Penelantaran | Neglect
pendidikan | Pendidikan | Education
kesehatan | Kesehatan | Health
jiwa | Kesehatan jiwa | Mental health
napza | NAPZA | Drugs
tempat_tinggal | Tempat tinggal | Housing
identitas | Identitas | Identity papers
eksploitasi | Eksploitasi | Exploitation
disabilitas | Disabilitas | Disability
konflik_keluarga | Konflik keluarga | Family conflict
pergaulan | Pergaulan | Peers

[lama_masalah]
kurang_1 | Kurang dari 1 bulan | Less than 1 month
1_6 | 1 sampai 6 bulan | 1 to 6 months
6_12 | 6 sampai 12 bulan | 6 to 12 months
lebih_1th | Lebih dari 1 tahun | More than 1 year

[skala5]
1 | 1 – sangat kurang | 1 – very poor
2 | 2 – kurang | 2 – poor
3 | 3 – cukup | 3 – fair
4 | 4 – baik | 4 – good
5 | 5 – sangat baik | 5 – very good

[luka]
tidak_ada | Tidak ada | None
memar | Memar | Bruise
luka_terbuka | Luka terbuka | Open wound
patah | Dugaan patah tulang | Suspected fracture
lain | Lainnya | Other

[kebutuhan_dasar]
makan | Makan | Food
pakaian | Pakaian | Clothes
tempat_tidur | Tempat tidur | A bed
mandi | Mandi | Washing
obat | Obat | Medicine
rujuk_medis | Rujukan medis | Medical referral
rasa_aman | Rasa aman | Safety
tidak_ada | Tidak ada | None

[emosi]
tenang | Tenang | Calm
cemas | Cemas | Anxious
takut | Takut | Afraid
sedih | Sedih | Sad
marah | Marah | Angry
menarik_diri | Menarik diri | Withdrawn
agresif | Agresif | Aggressive
bingung | Bingung | Confused

[orientasi]
baik | Baik | Good
terganggu | Terganggu | Disturbed

[risiko]
tidak | Tidak ada | None
rendah | Rendah | Low
sedang | Sedang | Medium
tinggi | Tinggi | High

[napza]
tidak | Tidak | No
pernah | Pernah | Formerly
aktif | Aktif | Currently
tidak_tahu | Tidak tahu | Not known

[keluarga_ada]
ya_dihubungi | Ada, sudah dihubungi | Yes, contacted
ya_belum | Ada, belum dihubungi | Yes, not contacted
tidak_ada | Tidak ada | None
tidak_tahu | Tidak tahu | Not known

[sekolah_status]
sekolah | Sekolah | At school
putus | Putus sekolah | Dropped out
belum | Belum sekolah | Not yet at school
tidak_pernah | Tidak pernah sekolah | Never at school
tamat | Tamat | Finished

[jaminan]
jkn | JKN | Health insurance (JKN)
pkh | PKH | Family hope programme (PKH)
bpnt | Sembako/BPNT | Food assistance
pip | PIP/KIP | School assistance (PIP/KIP)
atensi | ATENSI | Rehabilitation assistance (ATENSI)
yapi | ATENSI YAPI | Orphan assistance
daerah | Bantuan daerah | Local assistance
tidak_ada | Tidak ada | None

[usulan]
diterima | Diterima | Accept
ditolak | Ditolak | Refuse
dirujuk | Dirujuk | Refer
ditunda | Ditunda (berkas kurang) | Postpone (papers missing)
duplikat | Duplikat | Duplicate

[jenis_layanan]
pendampingan_hukum | Pendampingan hukum | Legal accompaniment
mediasi | Mediasi | Mediation
dukungan_psikososial | Dukungan psikososial | Psychosocial support
pengasuhan | Dukungan pengasuhan | Support of care
bimbingan | Bimbingan sosial dan mental | Social and mental guidance
layanan_darurat | Layanan darurat | Emergency service
fasilitasi_adminduk | Fasilitasi dokumen kependudukan | Help with civil papers
fasilitasi_jaminan | Fasilitasi jaminan sosial | Help with social security
fasilitasi_pendidikan | Fasilitasi pendidikan | Help with schooling
penelusuran | Penelusuran keluarga | Family tracing
reunifikasi | Reunifikasi | Reunification
rujukan | Rujukan | Referral

[agt_status]
hidup | Hidup | Alive
meninggal | Meninggal | Dead
tidak_diketahui | Tidak diketahui | Not known
merantau | Merantau | Working elsewhere
dipenjara | Dipenjara | In prison

[penghasilan_kel]
a | Kurang dari Rp500.000 | Less than Rp500,000
b | Rp500.000 sampai Rp1.000.000 | Rp500,000 to Rp1,000,000
c | Rp1.000.000 sampai Rp2.000.000 | Rp1,000,000 to Rp2,000,000
d | Rp2.000.000 sampai UMK | Rp2,000,000 to the minimum wage
e | Lebih dari UMK | More than the minimum wage
tidak_tahu | Tidak tahu | Not known

[aset]
rumah | Rumah | House
tanah | Tanah | Land
motor | Motor | Motorcycle
ternak | Ternak | Livestock
emas | Emas | Gold
alat_usaha | Alat usaha | Business tools
tidak_ada | Tidak ada | None

[jkn]
aktif | Aktif | Active
nonaktif | Tidak aktif | Inactive
tidak | Tidak punya | None

[tujuan_kunjungan]
verifikasi | Verifikasi | Verification
asesmen | Asesmen | Assessment
monitoring | Pemantauan | Monitoring
penelusuran | Penelusuran | Tracing
reunifikasi | Reunifikasi | Reunification
binjut | Bimbingan lanjut | After care

[bertemu]
klien | Anak | The child
keluarga | Keluarga | Family
tetangga | Tetangga | Neighbours
tidak_bertemu | Tidak bertemu siapa pun | Nobody met
alamat_salah | Alamat salah | Wrong address
pindah | Sudah pindah | Moved away
menolak | Menolak ditemui | Refused

[pendamping]
rt | RT | RT
rw | RW | RW
kelurahan | Perangkat kelurahan | Village official
psm | PSM | Community social worker (PSM)
kader | Kader | Health volunteer
bhabinkamtibmas | Bhabinkamtibmas | Community police officer
tksk | TKSK | Subdistrict social worker (TKSK)
tidak_ada | Tidak ada | None

[alamat_sesuai]
sesuai | Sesuai | As recorded
tidak | Tidak sesuai | Different

[lantai]
keramik | Keramik atau tegel | Tiles
semen | Semen | Cement
kayu | Kayu atau bambu | Wood or bamboo
tanah | Tanah | Earth

[dinding]
tembok | Tembok | Brick
kayu | Kayu | Wood
bambu | Bambu | Bamboo
lain | Lainnya | Other

[atap]
genteng | Genteng | Tiles
seng | Seng atau asbes | Zinc or asbestos
lain | Lainnya | Other

[air]
pdam | PDAM | Piped water
sumur | Sumur | Well
beli | Membeli | Bought
lain | Lainnya | Other

[jamban]
sendiri | Sendiri | Own
bersama | Bersama | Shared
tidak_ada | Tidak ada | None

[listrik]
pln | PLN | Grid
menumpang | Menumpang | Shared with others
tidak_ada | Tidak ada | None

[bersih]
bersih | Bersih | Clean
cukup | Cukup | Fair
kotor | Kotor | Dirty

[keamanan_rumah]
aman | Aman | Safe
kurang | Kurang aman | Less safe
tidak | Tidak aman | Not safe

[cukup]
cukup | Cukup | Enough
kurang | Kurang | Not enough
tidak_tahu | Tidak tahu | Not known

[kesesuaian]
sesuai | Sesuai | As reported
sebagian | Sebagian | In part
tidak | Tidak sesuai | Not as reported

[media_rapat]
tatap_muka | Tatap muka | In person
daring | Daring | Online
campuran | Campuran | Both

[hadir]
hadir | Hadir | Present
diwakili | Diwakili | Represented
tidak_hadir | Tidak hadir | Absent

[keputusan_konferensi]
rj | Upaya RJ di masyarakat | Restorative justice in the community
diversi | Pelaporan ke UPPA dan upaya diversi | Report to UPPA and attempt diversion
lanjut_pendampingan | Lanjut pendampingan | Continue accompaniment
darurat | Layanan darurat | Emergency service
rujuk | Rujukan | Referral
tunda | Ditunda | Postponed

[domain_rencana]
pengasuhan | Pengasuhan | Care
rehabilitasi | Rehabilitasi | Rehabilitation
sanksi_sosial | Sanksi sosial | Social sanction
hukum | Hukum | Law
pendidikan | Pendidikan | Education
kesehatan | Kesehatan | Health
ekonomi | Ekonomi | Livelihood
adminduk | Dokumen kependudukan | Civil papers
lain | Lainnya | Other

[dasar_rj]
undangan_masyarakat | Undangan masyarakat | Community invitation
polsek | Polsek | Police sector
kelurahan | Kelurahan | Village office
usul_dinsos | Usul Dinas Sosial | Proposed by the office

[tempat_mediasi]
balai_kelurahan | Balai kelurahan | Village hall
polsek | Polsek | Police sector
kantor | Kantor dinas | Office
sekolah | Sekolah | School
rumah | Rumah warga | A resident's house
lain | Lainnya | Other

[luka_korban]
tidak_ada | Tidak ada | None
ringan | Ringan | Light
berat | Berat | Serious
tidak_tahu | Tidak tahu | Not known

[peran_peserta]
anak | Anak | The child
ortu_anak | Orang tua atau wali anak | Parent or guardian of the child
korban | Korban | Victim
ortu_korban | Keluarga korban | Victim's family
mediator | Mediator | Mediator
tokoh | Tokoh masyarakat | Community leader
rt_rw | RT/RW | RT/RW
kelurahan | Perangkat kelurahan | Village official
polisi | Kepolisian | Police
peksos | Pekerja sosial | Social worker
bapas | Bapas | Probation office (Bapas)
sekolah | Sekolah | School
lain | Lainnya | Other

[bentuk_kesepakatan]
minta_maaf | Permintaan maaf | Apology
ganti_rugi | Ganti rugi | Compensation
kembali_ke_ortu | Kembali ke orang tua | Return to the parents
pembinaan | Pembinaan | Guidance
pelayanan_masyarakat | Pelayanan masyarakat | Community service
rehabilitasi | Rehabilitasi | Rehabilitation
sanksi_sosial | Sanksi sosial | Social sanction
lain | Lainnya | Other

[hasil_rj]
sepakat | Sepakat | Agreed
gagal | Gagal (tidak sepakat) | Failed (no agreement)

[setuju_korban]
ya | Ya | Yes
tidak | Tidak | No
tanpa_korban | Tidak ada korban | No victim

[hasil_upaya]
siap | Para pihak bersedia bermusyawarah | The parties are willing to meet
sebagian | Sebagian bersedia | Some are willing
menolak | Menolak | Refused
ditunda | Ditunda | Postponed

[lanjut_gagal]
uppa_diversi | Lapor UPPA dan diversi | Report to UPPA, diversion
konferensi_ulang | Konferensi kasus ulang | New case conference
lain | Lainnya | Other

[tahap]
penyidikan | Penyidikan | Investigation
penuntutan | Penuntutan | Prosecution
pengadilan | Pengadilan | Court

[peran_anak]
pelaku | Anak yang berkonflik dengan hukum | Child in conflict with the law
korban | Anak korban | Child victim
saksi | Anak saksi | Child witness

[tempat_tahan]
lpas | LPAS | Temporary detention (LPAS)
lpks | LPKS | Welfare placement (LPKS)
polsek | Polsek atau Polres | Police
rumah | Rumah | Home

[jenis_dampingan]
bap | Pemeriksaan (BAP) | Interview (BAP)
litmas | Penelitian kemasyarakatan | Social inquiry (litmas)
musyawarah | Musyawarah diversi | Diversion meeting
sidang | Sidang | Hearing
kunjungan | Kunjungan | Visit
konsultasi | Konsultasi | Consultation

[rekomendasi_lapsos]
diversi | Diversi | Diversion
kembali_ortu | Kembali ke orang tua | Return to the parents
lpks | LPKS | Welfare placement (LPKS)
tindakan | Tindakan | Measure
lain | Lainnya | Other

[hasil_diversi]
berhasil | Berhasil | Succeeded
gagal | Gagal | Failed
proses | Masih proses | Still running

[pengecualian]
tidak_ada | Tidak ada | None
ringan | Tindak pidana ringan | Petty offence
tanpa_korban | Tanpa korban | Without a victim
di_bawah_ump | Kerugian di bawah UMP | Loss below the provincial minimum wage

[bentuk_diversi]
perdamaian | Perdamaian dengan atau tanpa ganti kerugian | Peace with or without compensation
kembali_ortu | Penyerahan kembali kepada orang tua atau wali | Return to parents or guardian
pelatihan | Keikutsertaan pendidikan atau pelatihan | Education or training
pelayanan_masyarakat | Pelayanan masyarakat | Community service
lain | Lainnya | Other

[under12]
orang_tua | Diserahkan kembali kepada orang tua atau wali | Returned to parents or guardian
program | Program pendidikan, pembinaan dan pembimbingan | Education and guidance programme

[capaian]
belum | Belum | Not yet
proses | Proses | Under way
tercapai | Tercapai | Reached
gagal | Gagal | Failed

[hasil_akhir]
selesai | Diversi selesai dilaksanakan | Diversion carried out
dilanjutkan_formal | Dilanjutkan proses formal | Formal process goes on
lpka | LPKA | Juvenile prison (LPKA)
bebas | Bebas | Released
belum | Belum ada | None yet

[cara_pantau]
kunjungan | Kunjungan | Visit
telepon | Telepon | Telephone
whatsapp | WhatsApp | WhatsApp
kantor | Di kantor | At the office
lembaga | Di lembaga | At an institution
dikuasakan_tksk | Dikuasakan kepada TKSK | Delegated to the TKSK

[pelaksana]
peksos | Pekerja sosial | Social worker
tksk | TKSK atas permintaan pekerja sosial | TKSK at the social worker's request
lembaga | Lembaga | Institution

[pengasuhan]
layak | Layak | Adequate
kurang | Kurang | Weak
buruk | Buruk | Poor

[patuh]
sesuai | Sesuai | As agreed
sebagian | Sebagian | In part
tidak | Tidak | No
tidak_ada | Tidak ada kewajiban | No such duty

[hambatan]
tidak_ada | Tidak ada | None
ekonomi | Ekonomi | Livelihood
jarak | Jarak | Distance
keluarga | Keluarga tidak mendukung | Family does not support
sekolah | Sekolah | School
stigma | Stigma lingkungan | Stigma
kesehatan | Kesehatan | Health
lain | Lainnya | Other

[status_lanjut]
lanjut | Lanjut sesuai rencana | Continue as planned
ubah_rencana | Ubah rencana | Change the plan
rujuk | Rujuk | Refer
siap_terminasi | Siap terminasi | Ready for termination

[jenis_terminasi]
tujuan_tercapai | Tujuan rehabilitasi tercapai | Goals of rehabilitation reached
layanan_terpenuhi | Layanan terpenuhi | Services given
dilimpahkan | Dilimpahkan | Handed over
ke_keluarga | Kembali ke keluarga | Back to the family
ke_panti | Ke panti | To an institution
putusan_hukum | Putusan hukum | Court decision
mundur | Anak atau keluarga mundur | Child or family withdraws
pindah | Pindah | Moved away
meninggal | Meninggal | Died
hilang_kontak | Hilang kontak | Contact lost
melarikan_diri | Melarikan diri | Absconded

[terpenuhi]
ya | Ya | Yes
sebagian | Sebagian | In part
tidak | Tidak | No

[semua_sebagian]
semua | Semua | All
sebagian | Sebagian | Some
tidak | Tidak ada | None

[tinggal_akhir]
orang_tua | Dengan orang tua | With parents
keluarga | Dengan keluarga lain | With other relatives
wali | Dengan wali | With a guardian
lembaga | Di lembaga | In an institution
mandiri | Mandiri | On one's own
lain | Lainnya | Other

[kembali]
ya | Ya | Yes
tidak_ada | Tidak ada barang | Nothing to return
tidak | Belum | Not yet

[skm]
1 | 1 – tidak baik | 1 – not good
2 | 2 – kurang baik | 2 – fair
3 | 3 – baik | 3 – good
4 | 4 – sangat baik | 4 – very good

[hasil_layanan]
selesai | Selesai | Finished
sebagian | Sebagian | In part
gagal | Gagal | Failed
dirujuk | Dirujuk | Referred
menolak | Menolak | Refused

[media_arsip]
kertas | Kertas | Paper
digital | Digital | Digital
keduanya | Kertas dan digital | Paper and digital

[kelengkapan_arsip]
laporan_awal | Laporan atau undangan | Report or invitation
asesmen | Hasil asesmen atau kunjungan rumah | Assessment or home visit
ba_konferensi | Berita acara konferensi kasus | Record of the case conference
kesepakatan | Kesepakatan RJ atau penetapan diversi | RJ agreement or diversion ruling
pemantauan | Catatan pemantauan | Monitoring notes
ba_terminasi | Berita acara terminasi | Record of termination
ba_penanganan | Berita Acara Penanganan Kasus | Record of the handling of the case
rujukan | Surat rujukan | Referral letter
laporan_kasus | Laporan kasus | Case report

[klasifikasi_arsip]
rahasia | Rahasia | Secret
terbatas | Terbatas | Restricted

[ppks]
anak_balita_telantar | Anak balita telantar | Neglected under-five
anak_telantar | Anak telantar | Neglected child
abh | Anak yang berhadapan dengan hukum (ABH) | Child in contact with the law
anak_jalanan | Anak jalanan | Street child
adk | Anak dengan kedisabilitasan (ADK) | Child with disability
anak_korban_kekerasan | Anak korban tindak kekerasan atau diperlakukan salah | Child victim of violence or mistreatment
ampk | Anak yang memerlukan perlindungan khusus (AMPK) | Child needing special protection
lansia_telantar | Lanjut usia telantar | Neglected older person
disabilitas | Penyandang disabilitas | Person with disability
tuna_susila | Tuna susila | Person in prostitution
gelandangan | Gelandangan | Homeless person
pengemis | Pengemis | Beggar
pemulung | Pemulung | Scavenger
minoritas | Kelompok minoritas | Minority group
bwblp | Bekas warga binaan lembaga pemasyarakatan (BWBLP) | Former inmate
odhiv | Orang dengan HIV/AIDS (ODHIV) | Person living with HIV
korban_napza | Korban penyalahgunaan NAPZA | Victim of drug abuse
korban_trafficking | Korban perdagangan orang | Victim of trafficking
korban_kekerasan | Korban tindak kekerasan | Victim of violence
pmbs | Pekerja migran bermasalah sosial (PMBS) | Migrant worker with social problems
korban_bencana_alam | Korban bencana alam | Victim of a natural disaster
korban_bencana_sosial | Korban bencana sosial | Victim of a social disaster
prse | Perempuan rawan sosial ekonomi (PRSE) | Socio-economically vulnerable woman
fakir_miskin | Fakir miskin | Very poor person
kbsp | Keluarga bermasalah sosial psikologis (KBSP) | Family with psychosocial problems
kat | Komunitas adat terpencil (KAT) | Remote indigenous community

[kegiatan_jalan]
mengamen | Mengamen | Busking
mengemis | Mengemis | Begging
memulung | Memulung | Scavenging
berjualan | Berjualan | Selling
parkir | Parkir | Parking
menggelandang | Menggelandang | Wandering
prostitusi | Prostitusi | Prostitution
punk | Anak punk | Street punk
tidak_ada | Tidak ada | None

[jenis_serah]
dari_pengirim | Dari pengirim kepada dinas | From the sender to the office
ke_rps | Ke Rumah Perlindungan Sosial (RPS) | To a shelter
ke_keluarga | Ke keluarga | To the family
ke_panti | Ke panti | To an institution
ke_dinsos_lain | Ke Dinas Sosial lain | To another social office
ke_polisi | Ke kepolisian | To the police
ke_rs | Ke rumah sakit | To a hospital

[kondisi_serah]
sehat | Sehat | Healthy
sakit | Sakit | Ill
luka | Luka | Injured
hamil | Hamil | Pregnant
gangguan_jiwa | Gangguan jiwa | Mental disorder

[dok_serah]
asesmen | Hasil asesmen | Assessment
laporan_sosial | Laporan sosial | Social report
surat_rujukan | Surat rujukan | Referral letter
ktp_kk | KTP atau KK | Identity or family card
akta | Akta kelahiran | Birth certificate
medis | Keterangan medis | Medical papers
lain | Lainnya | Other

[instruksi]
tanggapan | Tanggapan dan saran | Comment and advise
proses | Proses lebih lanjut | Process further
koordinasi | Koordinasi atau konfirmasikan | Coordinate or confirm
diketahui | Untuk diketahui | For information
selesaikan | Selesaikan | Finish
arsipkan | Arsipkan | File

[alasan_tolak]
bukan_ppks | Bukan PPKS | Not in a category of need
luar_wilayah | Di luar wilayah | Outside the area
luar_kewenangan | Di luar kewenangan | Outside the office's authority
data_tidak_benar | Data tidak benar | Data not true
klien_menolak | Klien menolak | The client refuses
sudah_ditangani | Sudah ditangani | Already handled
lain | Lainnya | Other

[tujuan_rujukan]
upt_provinsi | UPT atau panti provinsi | Provincial unit or institution
sentra | Balai atau sentra Kementerian Sosial | Ministry centre
lks | LKS atau LKSA | Welfare institution (LKS, LKSA)
lpks | LPKS | Welfare placement (LPKS)
rps | RPS, RPSA atau RPTC | Shelter
uptd_ppa | UPTD PPA | Women and children unit (UPTD PPA)
kesehatan | RSUD, RSJ atau Puskesmas | Hospital or health centre
bnnk | BNNK atau IPWL | Narcotics agency or rehabilitation
pendidikan | Dinas Pendidikan, sekolah atau PKBM | Education
disdukcapil | Disdukcapil | Civil registry
baznas | Baznas | Alms agency
kepolisian | Kepolisian atau UPPA | Police
bapas | Bapas | Probation office (Bapas)
dinsos_asal | Dinas Sosial daerah asal | Social office of origin
keluarga | Keluarga | Family
lain | Lainnya | Other
"""


def read(text: str) -> dict[str, list[tuple[str, Pair]]]:
    """Choice lists written as in this file, by name."""
    lists: dict[str, list[tuple[str, Pair]]] = {}
    current: list[tuple[str, Pair]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            current = lists.setdefault(line.strip("[]"), [])
        else:
            name, label, english = (part.strip() for part in line.split("|"))
            current.append((name, (label, english)))
    return lists


CHOICES = read(_TEXT)
