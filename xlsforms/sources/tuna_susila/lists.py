"""Choice lists of this SOP alone, and the shared ones with the client in place of the child."""

from xlsforms.sources import lists, services, wording

_TEXT = """
[penduduk_setempat]
ya | Ya, Kota Pangkalpinang | Yes, Kota Pangkalpinang
tidak | Tidak, dari luar kota | No, from elsewhere
belum_diketahui | Belum diketahui | Not yet known

[jenis_masuk]
laporan_lisan | Laporan lisan atau pemberitahuan langsung | Spoken report
surat | Surat masuk | Letter
rujukan | Rujukan lembaga | Referral by an institution
penyerahan_langsung | Penyerahan langsung | Handed over directly
razia | Hasil razia atau penertiban | Raid

[sumber_laporan]
slrt | Sistem Layanan Rujukan Terpadu (SLRT) | Integrated referral service (SLRT)
masyarakat | Masyarakat | Community
psm | PSM | Community social worker (PSM)
tksk | TKSK | Subdistrict social worker (TKSK)
polisi | Kepolisian | Police
kesehatan | Rumah sakit atau Puskesmas | Hospital or health centre
klien_sendiri | Klien sendiri | The client
keluarga | Keluarga | Family
satpol_pp | Satpol PP | Municipal police (Satpol PP)
puskesos | Puskesos | Puskesos
pkh | Pendamping PKH | PKH facilitator
sekolah | Sekolah | School
kelurahan | Kelurahan | Village office
lks | LKS atau LKSA | Welfare institution (LKS, LKSA)
lsm | LSM | Non-governmental organisation
dinsos_lain | Dinas Sosial lain | Another social office
kemensos | Kementerian Sosial | Ministry of Social Affairs
media | Media | Media
lapor_sp4n | SP4N-LAPOR! | SP4N-LAPOR!
e_sambat | Kanal pengaduan daerah | Local complaint channel
temuan_petugas | Temuan petugas | Found by an officer

[hubungan]
ayah | Ayah | Father
ibu | Ibu | Mother
ayah_tiri | Ayah tiri | Stepfather
ibu_tiri | Ibu tiri | Stepmother
suami | Suami | Husband
istri | Istri | Wife
anak | Anak klien | The client's child
kakak | Kakak | Older sibling
adik | Adik | Younger sibling
kakek | Kakek | Grandfather
nenek | Nenek | Grandmother
paman | Paman | Uncle
bibi | Bibi | Aunt
wali | Wali | Guardian
pengasuh | Pengasuh | Carer
klien | Klien sendiri | The client
tetangga | Tetangga | Neighbour
teman | Teman | Friend
petugas | Petugas atau aparat | Officer or official
lain | Lainnya | Other

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

[kondisi]
sehat | Sehat | Healthy
sakit | Sakit | Ill
luka | Luka | Injured
hamil | Hamil | Pregnant
mabuk | Mabuk | Intoxicated
gangguan_jiwa | Tampak gangguan jiwa | Signs of mental disorder
bayi_balita | Membawa bayi atau balita | With a baby or toddler
lansia_rapuh | Lanjut usia rapuh | Frail elderly person
membawa_senjata | Membawa senjata | Carries a weapon
ketakutan | Ketakutan | Frightened
tidak_diketahui | Belum diketahui | Not yet known

[status_klien]
di_kantor | Di kantor dinas | At the office
di_lokasi | Di lokasi | At the place
di_rumah | Di rumah | At home
di_satpol | Di Satpol PP | At Satpol PP
di_polsek | Di Polsek atau Polresta | At the police
di_rs | Di rumah sakit | In hospital
tidak_diketahui | Tidak diketahui | Not known

[syarat]
wanita_tuna_susila | Sasaran: wanita tuna susila | Target group: women in prostitution
laporan | Surat masuk, laporan atau pemberitahuan | Letter, report or notice
ktp | KTP | Identity card
kk | Kartu keluarga | Family card
lain | Lainnya | Other

[disposisi]
peksos_kasi | Pekerja sosial atau Kepala Seksi | Social worker or head of section
kabid | Kepala Bidang Rehabilitasi Sosial | Head of social rehabilitation
ketua_rps | Ketua RPS SENYUM | Head of RPS SENYUM
supervisor | Supervisor | Supervisor
uptd_ppa | UPTD PPA | Women and children unit (UPTD PPA)
lain | Lainnya | Other

[cara_verifikasi]
survei | Survei ke lapangan | Field survey
panggilan | Memanggil yang bersangkutan | Calling the person to the office
telepon | Telepon | Telephone
lembaga | Melalui lembaga | Through an institution

[cara_asesmen]
survei | Survei ke lapangan | Field survey
dipanggil | Dipanggil ke Dinas Sosial | Called to the office

[identitas_dicek]
ktp | KTP | Identity card
kk | Kartu keluarga | Family card
lain | Identitas lain | Other identity paper
tidak_ada | Tidak dapat menunjukkan | Cannot show any

[tempat_asesmen]
kantor | Kantor dinas | Office
rps | RPS SENYUM | RPS SENYUM
lapangan | Lapangan | In the field
rumah | Rumah | Home
polsek | Polsek atau Polresta | Police
rs | Rumah sakit | Hospital

[keputusan]
diterima | Diterima | Accepted
ditolak | Ditolak | Refused
dirujuk | Dirujuk | Referred
duplikat | Duplikat | Duplicate

[dasar_darurat]
ancaman_jiwa | Ancaman jiwa | Threat to life
kekerasan | Kekerasan | Violence
sakit_berat | Sakit berat | Severe illness
telantar_total | Telantar sama sekali | Utterly neglected
bayi | Bayi | Baby
anak_sendirian | Anak sendirian | Child alone
pasca_razia | Setelah razia | After a raid
bencana | Bencana | Disaster

[layanan_darurat]
makan | Makan | Food
sandang | Sandang | Clothes
kebersihan | Kebersihan diri | Hygiene
obat | Obat | Medicine
rujuk_rs | Rujukan ke rumah sakit | Referral to a hospital
tempat_aman | Tempat aman | Safe place
transport | Transportasi | Transport
konseling_awal | Konseling awal (DPA) | First counselling (psychological first aid)
pengamanan_polisi | Pengamanan polisi | Police protection
susu_popok | Susu atau popok | Milk or nappies

[tempat_aman]
rps | RPS SENYUM | RPS SENYUM
rumah_singgah | Rumah singgah | Drop-in shelter
rs | Rumah sakit | Hospital
keluarga_kerabat | Keluarga atau kerabat | Family or relatives
lksa | LKSA | Child welfare institution (LKSA)

[izin_wali]
ada | Ada persetujuan klien atau wali | Client or guardian consents
tanpa_wali | Tanpa wali | Without a guardian
menolak | Menolak | Refuses

[penyetuju]
kabid | Kepala Bidang | Head of division
supervisor | Supervisor | Supervisor
ketua_rps | Ketua RPS | Head of the shelter

[riwayat_sakit]
tidak_ada | Tidak ada | None
tbc | TBC | Tuberculosis
diabetes | Diabetes | Diabetes
hipertensi | Hipertensi | High blood pressure
asma | Asma | Asthma
jantung | Jantung | Heart disease
kulit | Penyakit kulit | Skin disease
jiwa | Gangguan jiwa | Mental disorder
lain | Lainnya | Other

[imunisasi]
lengkap | Lengkap | Complete
sebagian | Sebagian | In part
tidak | Tidak pernah | Never
tidak_tahu | Tidak tahu | Not known

[alat_bantu]
tidak_ada | Tidak perlu | None needed
kacamata | Kacamata | Glasses
alat_dengar | Alat bantu dengar | Hearing aid
kursi_roda | Kursi roda | Wheelchair
tongkat | Tongkat atau kruk | Stick or crutches
lain | Lainnya | Other

[kesehatan_reproduksi]
baik | Baik | Good
keluhan | Ada keluhan | Complaints
dirujuk | Perlu dirujuk | Needs referral
tidak_bersedia | Tidak bersedia menjawab | Does not wish to answer

[ims_hiv_status]
belum_periksa | Belum diperiksa | Not tested
negatif | Negatif | Negative
dalam_pengobatan | Dalam pengobatan | Under treatment
dirujuk | Dirujuk untuk pemeriksaan | Referred for a test
tidak_bersedia | Tidak bersedia menjawab | Does not wish to answer

[kemandirian]
0 | 0 – tidak mampu | 0 – unable
1 | 1 – dengan bantuan | 1 – with help
2 | 2 – mandiri | 2 – independent

[pola_tidur_makan]
baik | Baik | Good
terganggu | Terganggu | Disturbed
buruk | Buruk | Poor

[trauma]
tidak_ada | Tidak ada | None
fisik | Kekerasan fisik | Physical violence
psikis | Kekerasan psikis | Psychological violence
seksual | Kekerasan seksual | Sexual violence
penelantaran | Penelantaran | Neglect
eksploitasi | Eksploitasi | Exploitation
tppo | Perdagangan orang (TPPO) | Trafficking

[pola_asuh]
demokratis | Demokratis | Democratic
otoriter | Otoriter | Authoritarian
permisif | Permisif | Permissive
lalai | Lalai | Neglectful

[pengaruh]
mendukung | Mendukung | Supportive
netral | Netral | Neutral
merugikan | Merugikan | Harmful
tidak_tahu | Tidak tahu | Not known

[keterampilan]
menjahit | Menjahit | Sewing
memasak | Memasak | Cooking
tata_rias | Tata rias | Make-up
kerajinan | Kerajinan | Crafts
berdagang | Berdagang | Trading
pertanian | Pertanian atau perikanan | Farming or fishing
komputer | Komputer | Computer
lain | Lainnya | Other
tidak_ada | Tidak ada | None

[jenis_sumber]
informal | Informal (keluarga, teman, tetangga) | Informal (family, friends, neighbours)
formal | Formal (lembaga, pemerintah) | Formal (institutions, government)
kemasyarakatan | Kemasyarakatan (kelompok, agama) | Community (groups, religion)

[prognosis]
baik | Baik | Good
ragu | Ragu-ragu | Doubtful
buruk | Buruk | Poor

[kelengkapan_arsip]
laporan_awal | Surat masuk atau laporan | Letter or report
asesmen_awal | Formulir asesmen | Assessment form
disposisi | Disposisi Kepala Bidang | Decision of the head of division
buku_rps | Buku data klien RPS | Register of the shelter
asesmen_lanjutan | Data asesmen lingkungan sosial | Data of the social environment
catatan | Catatan perkembangan | Progress notes
surat_keluar | Surat keluar | Letters sent
foto | Foto | Photos

[tujuan_serah]
keluarga | Keluarga | Family
panti | Panti sosial | Social institution
lembaga_lain | Lembaga lain | Another institution

[penentu_jabatan]
peksos_kasi | Pekerja sosial atau Kepala Seksi | Social worker or head of section
kabid | Kepala Bidang | Head of division
kadis | Kepala Dinas | Head of the office

[jenis_terminasi]
tujuan_tercapai | Tujuan rehabilitasi tercapai | Goals of rehabilitation reached
layanan_terpenuhi | Layanan terpenuhi | Services given
pulih_berkelanjutan | Pulih dengan layanan berkelanjutan | Recovering with continued service
dilimpahkan | Dilimpahkan | Handed over
ke_keluarga | Kembali ke keluarga | Back to the family
ke_panti | Ke panti | To an institution
ditolak | Ditolak | Refused
mundur | Klien mundur | The client withdraws
pindah | Pindah | Moved away
meninggal | Meninggal | Died
hilang_kontak | Hilang kontak | Contact lost
melarikan_diri | Melarikan diri | Absconded
putusan_hukum | Putusan hukum | Court decision

[mengetahui]
kadis | Kepala Dinas Sosial | Head of the office
kabid | Kepala Bidang Rehabilitasi Sosial | Head of social rehabilitation
ketua_rps | Ketua RPS SENYUM | Head of RPS SENYUM
lurah | Lurah | Head of kelurahan
"""

CHOICES = wording.choices(lists.CHOICES | services.CHOICES) | lists.read(_TEXT)
