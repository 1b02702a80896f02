"""Choice lists of this SOP alone, and those that name the office's own area."""

from xlsforms.sources import services
from xlsforms.sources.lists import read

_TEXT = """
[penduduk_setempat]
ya | Ya, Kabupaten Lumajang | Yes, Kabupaten Lumajang
tidak | Tidak, dari luar kabupaten | No, from elsewhere
belum_diketahui | Belum diketahui | Not yet known

[kelompok]
anjal | Anak jalanan (anjal) | Street child
anak_terlantar | Anak telantar | Neglected child
korban_napza | Korban NAPZA | Victim of drug abuse

[jenis_masuk]
penyerahan_langsung | Penyerahan langsung | Handed over directly
laporan_lisan | Laporan lisan | Spoken report
surat | Surat | Letter
rujukan | Rujukan lembaga | Referral by an institution
razia | Hasil razia | Raid

[sumber_laporan]
masyarakat | Masyarakat | Community
keluarga | Orang tua atau keluarga | Parents or family
klien_sendiri | Anak sendiri | The child
satpol_pp | Satpol PP | Municipal police (Satpol PP)
polisi | Kepolisian | Police
slrt | SLRT | Integrated referral service (SLRT)
puskesos | Puskesos | Puskesos
psm | PSM | Community social worker (PSM)
tksk | TKSK | Subdistrict social worker (TKSK)
pkh | Pendamping PKH | PKH facilitator
sekolah | Sekolah | School
kesehatan | Rumah sakit atau Puskesmas | Hospital or health centre
kelurahan | Kelurahan atau desa | Village office
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
kakak | Kakak | Older sibling
adik | Adik | Younger sibling
kakek | Kakek | Grandfather
nenek | Nenek | Grandmother
paman | Paman | Uncle
bibi | Bibi | Aunt
suami | Suami | Husband
istri | Istri | Wife
anak | Anak dari anak ini | The child's own child
wali | Wali | Guardian
pengasuh | Pengasuh | Carer
klien | Anak sendiri | The child
tetangga | Tetangga | Neighbour
teman | Teman | Friend
guru | Guru | Teacher
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
bayi_balita | Bayi atau balita | Baby or toddler
lansia_rapuh | Lanjut usia rapuh | Frail elderly person
membawa_senjata | Membawa senjata | Carries a weapon
ketakutan | Ketakutan | Frightened
tidak_diketahui | Belum diketahui | Not yet known

[status_klien]
di_kantor | Di kantor dinas | At the office
di_lokasi | Di lokasi | At the place
di_rumah | Di rumah | At home
di_satpol | Di Satpol PP | At Satpol PP
di_polsek | Di Polsek atau Polres | At the police
di_rs | Di rumah sakit | In hospital
tidak_diketahui | Tidak diketahui | Not known

[syarat]
ba_penyerahan | Form Berita Acara Penyerahan Anak | Record of the hand-over of the child
form_penerimaan | Form Penerimaan | Reception form
form_asesmen | Form Asessment | Assessment form
laporan_sosial | Laporan sosial | Social report
form_rujukan | Form Rujukan | Referral form

[disposisi]
petugas | Petugas penerimaan | Reception officer
sakti_peksos | Sakti peksos | Sakti peksos
subkoor | Sub Koordinator | Sub-coordinator
peksos | Pekerja sosial | Social worker
supervisor | Supervisor | Supervisor
uptd_ppa | UPTD PPA | Women and children unit (UPTD PPA)
lain | Lainnya | Other

[tempat_asesmen]
kantor | Kantor dinas | Office
rps | Rumah perlindungan atau shelter | Shelter
lapangan | Lapangan | In the field
rumah | Rumah | Home
sekolah | Sekolah | School
polsek | Polsek atau Polres | Police
rs | Rumah sakit | Hospital

[tempat_anak]
keluarga | Keluarga | Family
kantor | Kantor dinas | Office
shelter | Rumah perlindungan atau shelter | Shelter
lksa | LKSA | Child welfare institution (LKSA)
rs | Rumah sakit | Hospital
lain | Lainnya | Other

[identitas_dicek]
akta | Akta kelahiran | Birth certificate
kk | Kartu keluarga | Family card
kia | Kartu Identitas Anak | Child identity card
ktp_ortu | KTP orang tua atau wali | Identity card of parent or guardian
lain | Identitas lain | Other identity paper
tidak_ada | Tidak ada | None

[cek_dtsen]
ya | Ya | Yes
tidak | Tidak | No
tidak_tahu | Belum diperiksa | Not checked

[cara_telusur]
kunjungan | Kunjungan | Visit
telepon | Telepon | Telephone
desa | Melalui kelurahan atau desa | Through the village office
sekolah | Melalui sekolah | Through the school
adminduk | Melalui Disdukcapil | Through the civil registry
polisi | Melalui kepolisian | Through the police
media | Melalui media | Through the media

[jenis_surat]
rekomendasi_pendampingan | Rekomendasi pendampingan | Recommendation of accompaniment
surat_perintah_tugas | Surat tugas atau Surat Perintah Tugas | Order of assignment

[alasan_kembali]
berkas_kurang | Berkas kurang | Papers missing
data_salah | Data salah | Wrong data
telaah_kurang | Penelaahan kurang | Study not sufficient
redaksi | Perbaikan redaksi | Wording
tidak_layak | Anak tidak layak dirujuk | The child is not fit for referral
lain | Lainnya | Other

[mengetahui]
kadis | Kepala Dinas | Head of the office
kabid | Kepala Bidang | Head of division
kasi | Kepala Seksi | Head of section
lurah | Lurah atau kepala desa | Head of the village
rt | Ketua RT | Head of RT
"""

CHOICES = services.CHOICES | read(_TEXT)
