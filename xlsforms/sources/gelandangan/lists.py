"""Choice lists of this SOP alone, and the shared ones with the client in place of the child."""

from xlsforms.sources import lists, wording

_TEXT = """
[jenis_masuk_gelandangan]
razia | Hasil razia Satpol PP | Raid of Satpol PP
surat | Surat permohonan instansi lain | Letter of another institution
penyerahan_langsung | Penyerahan langsung | Handed over directly
laporan_lisan | Laporan lisan | Spoken report
rujukan | Rujukan | Referral

[kondisi_razia]
sehat | Sehat | Healthy
sakit | Sakit | Ill
luka | Luka | Injured
hamil | Hamil | Pregnant
mabuk | Mabuk | Intoxicated
gangguan_jiwa | Tampak gangguan jiwa | Signs of mental disorder
bayi_balita | Bayi atau balita | Baby or toddler
lansia_rapuh | Lanjut usia rapuh | Frail elderly person
membawa_senjata | Membawa senjata | Carries a weapon
ketakutan | Ketakutan | Frightened
tidak_diketahui | Belum diketahui | Not yet known

[syarat_gelandangan]
surat_permohonan | Surat permohonan Satpol PP | Request letter of Satpol PP
ba_razia | Berita acara razia | Record of the raid
daftar_klien | Daftar klien | List of clients
identitas | Identitas klien | Identity papers of clients
lain | Lainnya | Other

[disposisi_gelandangan]
petugas_rehsos | Petugas rehabilitasi sosial | Social rehabilitation officer
supervisor | Kepala Bidang Rehsosdayasos | Head of Bidang Rehsosdayasos
perlindungan_anak | Bidang Perlindungan Anak | Child protection section
uptd_ppa | UPTD PPA | Women and children unit (UPTD PPA)
lain | Lainnya | Other

[tempat_asesmen]
kantor | Kantor dinas | Office
rps | Rumah singgah atau RPS | Shelter
lapangan | Lapangan | In the field
rumah | Rumah | Home
polsek | Polsek atau Polres | Police
satpol_pp | Kantor Satpol PP | Satpol PP office
rs | Rumah sakit | Hospital

[penduduk_setempat]
ya | Ya, Kota Banjar | Yes, Kota Banjar
tidak | Tidak, dari luar kota | No, from elsewhere
belum_diketahui | Belum diketahui | Not yet known

[asal]
kota_banjar | Kota Banjar | Kota Banjar
luar_kota | Luar Kota Banjar | Outside Kota Banjar
tidak_diketahui | Tidak diketahui | Not known

[jenis_bimbingan]
fisik | Bimbingan fisik | Physical guidance
mental | Bimbingan mental | Mental guidance
spiritual | Bimbingan spiritual | Spiritual guidance
sosial | Bimbingan sosial | Social guidance
keterampilan | Bimbingan keterampilan | Skills

[metode_bimbingan]
individu | Individu | Individual
kelompok | Kelompok | Group
keluarga | Keluarga | Family

[hadir_bimbingan]
hadir | Hadir | Present
sebagian | Hadir sebagian waktu | Present part of the time
menolak | Ditawari, tetapi menolak | Offered, but refused

[respon]
aktif | Aktif | Active
cukup | Cukup | Fair
pasif | Pasif | Passive
menolak | Menolak | Refuses

[materi]
kebersihan_diri | Kebersihan diri | Personal hygiene
kesehatan | Kesehatan | Health
emosi | Emosi | Emotions
ibadah | Ibadah | Worship
aturan_sosial | Aturan sosial | Social rules
keluarga | Keluarga | Family
kerja | Kerja | Work
hukum | Hukum | Law
napza | NAPZA | Drugs

[tempat_bimbingan]
rps | Rumah singgah atau RPS | Shelter
kantor | Kantor dinas | Office
rumah_ibadah | Masjid, gereja atau rumah ibadah lain | Place of worship
lapangan | Lapangan | In the field

[petunjuk]
nama_desa | Nama desa atau kampung | Name of a village
logat | Logat atau bahasa | Accent or language
nama_ortu | Nama orang tua | Parents' names
sekolah | Sekolah | School
ktp_rusak | KTP rusak atau lama | Damaged or old identity card
medsos | Media sosial | Social media
ciri | Tato atau ciri fisik | Tattoo or physical mark
rekening | Rekening | Bank account
tidak_ada | Tidak ada | None

[cek_dukcapil]
belum | Belum dicek | Not yet checked
sidik_jari | Sidik jari | Fingerprint
iris | Iris mata | Iris
wajah | Wajah | Face
nama | Nama | Name

[hasil_dukcapil]
cocok | Cocok | Match
tidak | Tidak cocok | No match
belum_rekam | Belum rekam | Not recorded

[cara_kontak]
telepon | Telepon | Telephone
whatsapp | WhatsApp | WhatsApp
surat | Surat | Letter
kunjungan | Kunjungan | Visit
media_sosial | Media sosial | Social media
lain | Lainnya | Other

[sebar_info]
tidak | Tidak disebarkan | Not published
terbatas | Terbatas (antarinstansi) | Limited (between institutions)
media | Media | Media

[hasil_penelusuran]
ditemukan_bersedia | Keluarga ditemukan dan bersedia | Family found and willing
ditemukan_menolak | Keluarga ditemukan, menolak | Family found, refuses
ditemukan_tidak_layak | Keluarga ditemukan, tidak layak | Family found, not suitable
alamat_saja | Hanya alamat ditemukan | Only an address found
tidak_ditemukan | Tidak ditemukan | Not found

[alamat_keluarga]
ditemukan | Alamat keluarga ditemukan | Family address found
belum_ditemukan | Alamat keluarga belum ditemukan | Family address not found

[hasil_koordinasi]
ditemukan | Alamat keluarga ditemukan | Family address found
belum_ditemukan | Alamat keluarga belum ditemukan | Family address not found

[bukti_keluarga]
kk | Kartu keluarga | Family card
akta | Akta kelahiran | Birth certificate
foto | Foto bersama | Photo together
pengakuan_klien | Pengakuan klien | The client's word
rt | Keterangan RT | Statement of the RT

[penyebab_pergi]
ekonomi | Ekonomi | Livelihood
kekerasan | Kekerasan | Violence
konflik | Konflik keluarga | Family conflict
diusir | Diusir | Sent away
gangguan_jiwa | Gangguan jiwa | Mental disorder
mencari_kerja | Mencari kerja | Looking for work
ikut_teman | Ikut teman | Followed friends
tersesat | Tersesat | Lost
tidak_tahu | Tidak diketahui | Not known

[moda]
mobil_dinas | Mobil dinas | Office car
bus | Bus | Bus
kereta | Kereta api | Train
travel | Travel | Minibus
ambulans | Ambulans | Ambulance
dijemput | Dijemput keluarga | Fetched by the family
lain | Lainnya | Other

[sumber_biaya]
apbd | APBD | City budget
baznas | Baznas | Baznas
dinsos_provinsi | Dinas Sosial Provinsi | Provincial social office
keluarga | Keluarga | Family
donatur | Donatur | Donors
tanpa_biaya | Tanpa biaya | No cost

[dukungan]
sembako | Sembako | Staple food
uang_saku | Uang saku | Pocket money
alat_usaha | Alat usaha | Business tools
sekolah | Perlengkapan sekolah | School things
obat | Obat | Medicine
tidak_ada | Tidak ada | None

[hasil_reunifikasi]
diterima | Klien diterima keluarga | Received by the family
ditolak | Keluarga atau klien menolak | Family or client refuses

[hasil_akhir_reunifikasi]
bersatu | Bersatu dengan keluarga | Reunited
kembali_ke_jalan | Kembali ke jalan | Back on the street
dirujuk | Dirujuk | Referred
belum_diketahui | Belum diketahui | Not yet known

[jenis_dinsos]
provinsi | Dinas Sosial Provinsi | Provincial social office
kab_kota | Dinas Sosial Kabupaten atau Kota | Social office of a regency or city

[jenis_rujukan]
internal | Internal | Internal
eksternal_daerah | Lembaga di daerah | Institution in the area
provinsi | UPT atau panti provinsi | Provincial institution
kemensos | Balai atau sentra Kementerian Sosial | Centre of the ministry
lintas_daerah | Lintas daerah | Another area
penolakan | Karena penolakan keluarga atau klien | After a refusal by family or client

[alasan_rujukan]
alamat_belum_ditemukan | Alamat keluarga belum ditemukan | Family address not found
keluarga_menolak | Keluarga menolak | Family refuses
klien_menolak | Klien menolak pulang | Client refuses to return
keluarga_tidak_layak | Keluarga tidak layak | Family not suitable
perlu_rehabilitasi | Perlu rehabilitasi lanjutan | Needs further rehabilitation
kesehatan | Kesehatan atau kesehatan jiwa | Health or mental health
lain | Lainnya | Other

[layanan_diminta]
tempat_tinggal | Tempat tinggal sementara | Temporary shelter
rehabilitasi_sosial | Rehabilitasi sosial | Social rehabilitation
kesehatan | Pengobatan | Treatment
kesehatan_jiwa | Pengobatan jiwa | Mental health treatment
keterampilan | Pelatihan keterampilan | Skills training
perawatan_lansia | Perawatan lanjut usia | Care of the elderly
pengasuhan_anak | Pengasuhan anak | Child care
penelusuran | Penelusuran keluarga lanjutan | Further family tracing

[berkas_rujukan]
ba_penyerahan | Berita acara penyerahan | Record of hand-over
form_penerimaan | Formulir penerimaan | Intake form
asesmen | Hasil asesmen | Assessment
laporan_sosial | Laporan sosial | Social report
form_rujukan | Formulir rujukan | Referral form
ktp_kk | KTP atau KK | Identity or family card
surat_sehat | Surat keterangan sehat | Health certificate
surat_polisi | Surat keterangan kepolisian | Police statement
persetujuan_keluarga | Persetujuan keluarga | Consent of the family
foto | Foto klien | Photo of the client

[tes_kesehatan]
belum | Belum diperiksa | Not examined
sehat | Sehat | Healthy
tb | TB | Tuberculosis
hamil | Hamil | Pregnant
napza | NAPZA positif | Drugs positive
jiwa | Gangguan jiwa | Mental disorder
lain | Lainnya | Other

[status_rujukan]
diajukan | Diajukan | Submitted
diterima | Diterima | Accepted
ditolak | Ditolak | Refused
daftar_tunggu | Daftar tunggu | Waiting list
tiba | Klien tiba | Client arrived
kembali | Klien kembali | Client returned

[mengetahui_serah]
kepala_bidang | Kepala Bidang Rehsosdayasos | Head of Bidang Rehsosdayasos
kepala_dinas | Kepala Dinas | Head of the office
lurah | Lurah atau kepala desa | Head of the village
rt | Ketua RT | Head of RT
pimpinan_lembaga | Pimpinan lembaga penerima | Head of the receiving institution
"""

CHOICES = wording.choices(lists.CHOICES) | lists.read(_TEXT)
