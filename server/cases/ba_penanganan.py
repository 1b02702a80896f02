"""The Berita Acara the program draws: its values, taken from the case's folded state and its forms.

It sees the answers its `letter.toml` says it reads and no others, so that the checker knows them all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from forms.renames import with_old_names
from forms.values import Answers, Value
from reports import letters, words
from reports.letters.ba_penanganan.values import (
    Baris,
    BeritaAcara,
    Kasus,
    Layanan,
    Pemantauan,
    StatusAkhir,
    Surat,
)
from reports.office import Orang
from server.cases.letter import Sources, initials, name_pattern
from server.sop.events import Event
from server.sop.state import Visit

KIND = "ba_penanganan"
_SEXES = {"L": "Laki-laki", "P": "Perempuan"}
# Where each instrument says in a sentence what came of it, best first.
_RESULTS = (
    "kesimpulan_awal", "hasil_upaya", "hasil_pendampingan", "hasil_pelaporan", "hasil_rj", "hasil_diversi",
    "keputusan_utama", "kebutuhan_teridentifikasi", "layanan", "hasil_jks", "hasil_sekolah", "status_rujukan",
    "kesimpulan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Done:
    """A finished visit and what the letter reads of the answers that finished it (their newest revision)."""

    visit: Visit
    form: str
    answers: Answers
    by: str


def ba_penanganan(sources: Sources) -> dict[str, object]:
    """Values of the Berita Acara (SOP 003 step 13, product 1). Number and check code are added when it is issued."""
    return asdict(_Writer(sources).record())


class _Writer:
    def __init__(self, sources: Sources) -> None:
        self.from_ = sources
        self.facts = _read(sources.state.facts, "kasus")
        self.initials = initials(self.facts)
        self.secret = name_pattern(self.facts)
        self.done = tuple(_finished(sources))

    def record(self) -> BeritaAcara:
        from_ = self.from_
        return BeritaAcara(
            kantor=from_.office,
            surat=Surat(
                "",
                from_.day.isoformat(),
                from_.sop.title,
                "Rahasia",
                "",
                "",
                tempat=from_.manager.instansi and f"Kantor {from_.manager.instansi}",
            ),
            kasus=self.case(),
            manajer=from_.manager,
            mengetahui=from_.head,
            status_akhir=self.ending(),
            jalur=self.road(),
            dasar=tuple(self.basis()),
            kronologi=tuple(self.story()),
            asesmen=self.lines("asesmen", _ASSESSMENT),
            kunjungan=self.lines("kunjungan_rumah", _HOME_VISIT),
            konferensi=self.conference(),
            musyawarah=bool({"putusan_rj", "diversi"} & {from_.sop.short(use.form_id) for use in from_.sop.forms}),
            hasil=self.lines("putusan_rj", _RJ) + self.agreed() + self.lines("diversi", _DIVERSION),
            layanan=tuple(self.services()),
            rujukan=self.referral(),
            pemantauan=tuple(self.monitoring()),
            saksi=tuple(self.witnesses()),
        )

    def case(self) -> Kasus:
        age = self.facts.get("usia_saat_kejadian")
        weight = str(self.facts.get("berat_tindakan") or "")
        entry = str(self.facts.get("jenis_masuk") or "")
        sex = str(self.facts.get("jk") or "")
        return Kasus(
            nomor=self.from_.number,
            inisial=self.initials,
            jenis_kelamin=_SEXES.get(sex.upper(), sex),
            usia=f"{words.number(age)} tahun" if isinstance(age, int | float) else "belum diketahui",
            wilayah=self.clean(self.facts.get("wilayah_nama")),
            dibuka=self.from_.state.opened_on[:10],
            jenis_masuk=self.choice_of("laporan_awal", "jenis_masuk", entry),
            berat_tindakan=self.choice_of("asesmen", "berat_tindakan", weight) if weight else "",
        )

    def basis(self) -> Iterator[str]:
        intake = self.last("laporan_awal")
        if intake:
            letter = self.clean(intake.answers.get("no_surat"))
            if letter:
                dated = self.text(intake, "tgl_surat")
                sender = self.text(intake, "instansi_pengirim") or self.text(intake, "instansi_lain")
                about = self.text(intake, "hal_surat")
                yield (
                    " ".join(
                        part
                        for part in (
                            f"Surat {sender}".strip(),
                            f"Nomor {letter}",
                            f"tanggal {dated}" if dated else "",
                            f"hal {about}" if about else "",
                        )
                        if part
                    )
                    + "."
                )
            entry = self.text(intake, "jenis_masuk") or "Laporan"
            yield f"{entry} yang diterima tanggal {self.date(intake.visit.done_on)}, nomor kasus {self.from_.number}."
        for visit in self.all("kunjungan_rumah"):
            order = self.clean(visit.answers.get("no_spt"))
            if order:
                yield f"Surat Perintah Tugas Nomor {order}."
        decree = f" Nomor {self.from_.sop.decree_no}" if self.from_.sop.decree_no else ""
        yield f"Standar Operasional Prosedur {self.from_.sop.title}{decree}, {self.from_.manager.instansi}."
        report = self.last("laporan_kasus")
        if report and self.clean(report.answers.get("dasar_penanganan")):
            yield self.clean(report.answers.get("dasar_penanganan"))

    def story(self) -> Iterator[str]:
        told: list[str] = []
        for form, name in (
            ("laporan_awal", "kronologi_singkat"),
            ("asesmen", "kronologi"),
            ("upaya_rj", "uraian"),
            ("pelaporan_uppa", "uraian"),
        ):
            found = self.last(form)
            text = self.clean(found.answers.get(name)) if found else ""
            if text and text not in told:
                told.append(text)
                yield from filter(None, (part.strip() for part in text.split("\n")))

    def conference(self) -> tuple[Baris, ...]:
        lines = list(self.lines("konferensi_kasus", _CONFERENCE))
        found = self.last("konferensi_kasus")
        if found:
            if found.visit.visit > 1:
                lines.insert(0, Baris("Putaran", f"ke-{found.visit.visit}"))
            lines += self.onward(found.visit)
        return tuple(lines)

    def onward(self, visit: Visit) -> Iterator[Baris]:
        for decision in self.from_.state.decisions:
            if (decision.step, decision.visit) == (visit.step, visit.visit) and decision.superseded_by is None:
                targets = [self.step(name) for name in decision.to if self.from_.sop.step(name)]
                if targets:
                    yield Baris("Tindak lanjut menurut SOP", "; ".join(targets))

    def agreed(self) -> tuple[Baris, ...]:
        found = self.last("putusan_rj")
        rows = found.answers.get("kesepakatan") if found else None
        lines = []
        for number, row in enumerate(rows if isinstance(rows, list | tuple) else (), 1):
            kind = self.choice_of("putusan_rj", "kesepakatan_bentuk", str(row.get("kesepakatan_bentuk") or ""))
            amount = row.get("kesepakatan_nilai")
            said = [kind, self.clean(row.get("kesepakatan_uraian"))]
            said.append(words.rupiah(int(amount)) if isinstance(amount, int | float) and amount else "")
            due = row.get("kesepakatan_tenggat")
            said.append(f"paling lambat {words.date_long(due)}" if isinstance(due, date) else "")
            lines.append(Baris(f"Kesepakatan {number}", "; ".join(filter(None, said))))
        return tuple(lines)

    def services(self) -> Iterator[Layanan]:
        rows: list[Layanan] = []
        for found in self.done:
            if found.form in ("laporan_awal", *_WATCHING, "terminasi", "laporan_kasus", "arsip"):
                continue
            day = found.visit.done_on or found.visit.opened_on
            rows.append(Layanan(day[:10], self.step(found.visit.step), found.by, self.result(found)))
        report = self.last("laporan_kasus")
        acts = report.answers.get("kegiatan") if report else None
        for row in acts if isinstance(acts, list | tuple) else ():
            day = row.get("kegiatan_tgl")
            if isinstance(day, date):
                act, result = self.clean(row.get("kegiatan_uraian")), self.clean(row.get("kegiatan_hasil"))
                rows.append(Layanan(day.isoformat()[:10], act, report.by if report else "", result))
        yield from sorted(rows, key=lambda row: row.tanggal)

    def result(self, found: _Done) -> str:
        return next(filter(None, (self.text(found, name) for name in _RESULTS)), "")

    def referral(self) -> tuple[Baris, ...]:
        for form in ("laporan_kasus", "pemantauan"):
            found = self.last(form)
            if found and found.answers.get("perlu_rujukan") == "ya":
                lines = (
                    Baris("Lembaga tujuan", self.text(found, "rujukan_lembaga") or self.text(found, "rujukan_lain")),
                    Baris("Alasan", self.text(found, "rujukan_alasan")),
                )
                return tuple(line for line in lines if line.isi)
        return self.lines("rujukan", _REFERRAL)

    def monitoring(self) -> Iterator[Pemantauan]:
        for found in (found for found in self.done if found.form in _WATCHING):
            name, said = _WATCHING[found.form]
            yield Pemantauan(
                (found.visit.done_on or found.visit.opened_on)[:10],
                found.by,
                self.text(found, "alasan_hasil") or self.text(found, "kesimpulan"),
                said.get(str(found.answers.get(name) or ""), ""),
            )

    def ending(self) -> StatusAkhir:
        found = self.last("terminasi")
        report = self.last("laporan_kasus")
        last_word = self.text(report, "laporan_akhir") if report else ""
        if found is None:
            return StatusAkhir("masih dalam penanganan", last_word)
        reason = " ".join(filter(None, (_sentence(self.text(found, "alasan_terminasi")), _sentence(last_word))))
        kind = self.text(found, "jenis_terminasi")
        return StatusAkhir(
            f"selesai (terminasi: {kind.lower()})" if kind else "selesai (terminasi)",
            reason,
            (found.visit.done_on or "")[:10],
        )

    def witnesses(self) -> Iterator[Orang]:
        seen: set[str] = set()
        for form in ("laporan_kasus", "terminasi"):
            found = self.last(form)
            for name, post in (("nama_saksi", ""), ("mengetahui_nama", "mengetahui_jabatan")):
                who = str(found.answers.get(name) or "").strip() if found else ""
                if who and who not in seen and len(seen) < 2:
                    seen.add(who)
                    yield Orang(who, jabatan=self.text(found, post) if found and post else "")

    def road(self) -> str:
        rj, diversion = self.last("putusan_rj"), self.last("diversi")
        if rj and diversion:
            return ""
        return "rj" if rj else "diversi" if diversion else ""

    def lines(self, form: str, wanted: Mapping[str, tuple[str, ...]]) -> tuple[Baris, ...]:
        """Lines of one instrument: the day, then each label with the first of its questions that was answered."""
        found = self.last(form)
        if found is None:
            return ()
        label = wanted.get("", ("Tanggal",))[0]
        lines = [Baris(label, self.date(found.visit.done_on))]
        for title, names in wanted.items():
            said = next(filter(None, (self.text(found, name) for name in names)), "") if title else ""
            if said:
                lines.append(Baris(title, said))
        return tuple(lines)

    def all(self, form: str) -> list[_Done]:
        return [found for found in self.done if found.form == form]

    def last(self, form: str) -> _Done | None:
        return next(reversed(self.all(form)), None)

    def step(self, name: str) -> str:
        step = self.from_.sop.step(name)
        return (step.labels.get("id") or step.source_text or name) if step else name

    def date(self, day: str | None) -> str:
        return words.date_long(date.fromisoformat(day[:10])) if day else ""

    def choice_of(self, form: str, name: str, value: str) -> str:
        sop = self.from_.sop
        full = next((use.form_id for use in sop.forms if sop.short(use.form_id) == form), form)
        return " ".join(self.from_.label(full, name, value).split())

    def text(self, found: _Done, name: str) -> str:
        value = found.answers.get(name)
        if isinstance(value, date):
            return words.date_long(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return words.number(value)
        return self.clean(self.choice_of(found.form, name, str(value))) if value else ""

    def clean(self, value: Value) -> str:
        """A text an officer wrote, without the client's name and with plain white space."""
        text = re.sub(r"[^\S\n]+", " ", str(value or "")).strip()
        return self.secret.sub(self.initials, text) if self.secret else text


def _finished(sources: Sources) -> Iterator[_Done]:
    newest: dict[str, Event] = {}
    for event in sources.events:
        if event.instance_id and event.answers:
            known = newest.get(event.instance_id)
            if known is None or event.revision >= known.revision:
                newest[event.instance_id] = event
    for visit in sources.state.visits:
        filled = newest.get(visit.instance_id or "")
        if visit.state == "done" and visit.form and filled is not None:
            by = sources.people.get(filled.actor or "", "")
            form = sources.sop.short(visit.form)
            # A letter that is drawn goes on reading a renamed question under the name it knows.
            yield _Done(visit, form, _read(with_old_names(sources.sop.renames, visit.form, filled.answers), form), by)


def _read(answers: Mapping[str, Value], form: str) -> dict[str, Value]:
    names = letters.letter(KIND).reads.get(form, ())
    return {name: answers[name] for name in names if name in answers}


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _rows(text: str) -> Mapping[str, tuple[str, ...]]:
    """`Label: question question` a line; the empty label names the day's line."""
    pairs: Iterable[tuple[str, str, str]] = (line.partition(":") for line in text.strip().splitlines())
    table = {label.strip(): tuple(names.split()) for label, _, names in pairs}
    day = table.pop("hari", None)
    return {"": (" ".join(day),), **table} if day else table


_ASSESSMENT = _rows(
    """
    hari: Tanggal asesmen
    Masalah utama: masalah_utama
    Kondisi emosi: kondisi_emosi
    Status sekolah: sekolah_status
    Tingkat risiko: tingkat_risiko
    Berat tindakan (usulan): berat_tindakan
    Dasar penilaian: dasar_berat_tindakan
    Kesimpulan: kesimpulan_awal kesimpulan
    """
)
_HOME_VISIT = _rows(
    """
    hari: Tanggal kunjungan
    Ditemui: bertemu
    Keamanan rumah bagi anak: keamanan_rumah
    Kesiapan pengasuh: pengasuh_siap_uraian pengasuh_siap
    Kebutuhan anak: kebutuhan_teridentifikasi kebutuhan_bidang
    Kesesuaian: kesesuaian
    Pendampingan: catatan_pendampingan
    """
)
_CONFERENCE = _rows(
    """
    hari: Tanggal
    Tempat: tempat
    Pimpinan rapat: pimpinan_rapat
    Ringkasan: ringkasan_kasus
    Kepentingan terbaik anak: kepentingan_terbaik
    Tingkat risiko: tingkat_risiko
    Berat tindakan: berat_tindakan
    Keputusan rapat: keputusan_utama
    """
)
_RJ = _rows(
    """
    hari: Tanggal musyawarah RJ
    Mediator: mediator
    Hasil RJ: hasil_rj
    Alasan: alasan_gagal
    Pengasuhan: pengasuhan
    Rehabilitasi: rehabilitasi
    Sanksi sosial: sanksi
    """
)
_DIVERSION = _rows(
    """
    hari: Tanggal diversi
    Tahap: tahap
    Hasil diversi: hasil_diversi
    Bentuk kesepakatan: bentuk_diversi
    Nomor penetapan: no_penetapan
    Rekomendasi: rekomendasi_diversi
    Hasil akhir proses: hasil_akhir
    """
)
_REFERRAL = _rows(
    """
    hari: Tanggal rujukan
    Lembaga tujuan: lembaga_tujuan
    Alasan: alasan_uraian
    Status: status_rujukan
    """
)
# The instruments of monitoring, each with the question that says how far the case has come.
_WATCHING = {
    "pemantauan": ("tujuan_tercapai", {"ya": "Tercapai", "tidak": "Belum tercapai"}),
    "monitoring": ("pulih", {"ya": "Sudah pulih", "tidak": "Belum pulih"}),
}
