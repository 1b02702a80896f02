"""A phone's folder by cable or memory card: the same rules and the same idempotence as at the door."""

import errno
import hashlib
import os
import sqlite3
from pathlib import Path

import pytest

from server import cli
from server.store.submissions import attachment, quarantine, submission
from tests.office import SECRET, Office
from tests.sending import intake, send

FORM = "abh_laporan_awal"
PHOTO = b"\xff\xd8\xfffoto"


@pytest.fixture
def alur(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """Runs the command on the data of the office; gives the exit code and what was printed."""
    monkeypatch.setenv("ALUR_DATA", str(office.store.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", SECRET)
    if not office.store.url.startswith("sqlite"):
        monkeypatch.setenv("ALUR_DATABASE_URL", office.store.url)

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def instance(folder: Path, name: str, xml: bytes, files: dict[str, bytes] | None = None, form: str = "") -> Path:
    """A form as Collect keeps it: instances/<name>/<name>.xml with its files."""
    made = folder / "instances" / name
    made.mkdir(parents=True)
    (made / (form or f"{name}.xml")).write_bytes(xml)
    for file, data in (files or {}).items():
        (made / file).write_bytes(data)
    return made


def picture(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file of a folder with its content and the moment it was written."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_lost_phones_card_is_taken_in_once_and_left_as_it_is(office: Office, alur, tmp_path: Path) -> None:
    card, schema = tmp_path / "kartu" / "projects" / "p1", office.schema(FORM)
    url = office.phone_url("HP Sri")
    sent = intake(schema, instance="uuid:terkirim")[1]
    assert send(url, sent).status == 201
    instance(card, "ABH_terkirim", sent)
    instance(card, "ABH_baru", intake(schema, instance="uuid:baru")[1], {"foto é.jpg": PHOTO, ".sampah": b"x"})
    instance(card, "ABH_belum", intake(schema, instance="uuid:belum")[1])
    instance(card, "ABH_rusak", b"<data id='abh_laporan_awal'><isi>")
    instance(card, "lain_asing", b"<data id='asing' version='1'><meta><instanceID>uuid:x</instanceID></meta></data>")
    envelope = (
        "<data xmlns='http://www.opendatakit.org/xforms/encrypted' encrypted='yes'"
        f" id='{FORM}' version='{schema.version}'>"
        "<base64EncryptedKey>a</base64EncryptedKey><meta xmlns='http://openrosa.org/xforms'>"
        "<instanceID>uuid:rahasia</instanceID></meta>"
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"
    )
    secret = instance(card, "ABH_rahasia", envelope.encode(), {"submission.xml.enc": b"\x01\x02"}, "submission.xml")
    (secret / "ABH_rahasia.xml").write_bytes(b"<data>jawaban terbuka</data>")
    os.symlink("/etc/passwd", card / "instances" / "ABH_baru" / "passwd.csv")
    (card / "metadata").mkdir()
    with sqlite3.connect(card / "metadata" / "instances.db") as database:
        database.execute("CREATE TABLE instances (instanceFilePath TEXT, status TEXT)")
        database.execute("INSERT INTO instances VALUES ('/x/instances/ABH_belum/ABH_belum.xml', 'incomplete')")
        database.execute("INSERT INTO instances VALUES ('ABH_baru/ABH_baru.xml', 'submissionFailed')")
    before = picture(card)

    code, told = alur("import", "collect", card, "--project", office.project, "--as", "hp sri", "--dry-run")
    assert code == 1
    assert "2 siap diterima, 1 sudah ada, 1 belum selesai, 2 tidak dapat diterima" in told
    assert office.count(submission) == 1

    code, told = alur("import", "collect", card, "--project", office.project, "--as", office.town.login("sri"))
    assert code == 1
    assert "2 diterima, 1 sudah ada, 1 belum selesai, 2 tidak dapat diterima" in told
    assert 'Formulir "asing" tidak ada di kantor ini' in told
    assert "Traceback" not in told
    assert (office.count(submission), office.count(quarantine)) == (3, 2)
    with office.store.read() as db:
        kept = {row.name: row.blob for row in db.execute(attachment.select()) if row.blob}
    assert set(kept) == {"foto é.jpg", "submission.xml.enc"}
    assert office.store.blobs.get(kept["foto é.jpg"]) == PHOTO

    code, told = alur("import", "collect", card, "--project", office.project, "--as", "HP Sri")
    assert "0 diterima, 3 sudah ada" in told
    assert office.count(submission) == 3
    assert picture(card) == before


def test_names_of_another_age_and_files_that_cannot_be_read_stop_no_other_form(
    office: Office, alur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = office.schema(FORM)
    office.phone_url("HP Sri")
    old = instance(tmp_path, "A_lama", intake(schema, instance="uuid:lama")[1])
    (old / os.fsdecode(b"fot\xe9.jpg")).write_bytes(PHOTO)
    instance(tmp_path, os.fsdecode(b"B_caf\xe9"), intake(schema, instance="uuid:latin")[1])
    instance(tmp_path, "C_aus", intake(schema, instance="uuid:aus")[1], {"aus.jpg": PHOTO})
    instance(tmp_path, "D_baik", intake(schema, instance="uuid:baik")[1])
    opened = Path.open

    def worn(path: Path, *how, **more):
        if path.name == "aus.jpg":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", worn)
    code, told = alur("import", "collect", tmp_path, "--project", office.project, "--as", "HP Sri")
    assert (code, "3 diterima, 0 sudah ada, 0 belum selesai, 1 tidak dapat diterima" in told) == (1, True), told
    assert "C_aus: Berkas aus.jpg tidak dapat dibaca" in told
    with office.store.read() as db:
        assert [row.name for row in db.execute(attachment.select()) if row.blob] == ["fot\ufffd.jpg"]
    monkeypatch.setattr(Path, "open", opened)
    code, told = alur("import", "collect", tmp_path, "--project", office.project, "--as", "HP Sri")
    assert (code, "1 diterima, 3 sudah ada" in told) == (0, True), told


def test_what_is_no_phones_folder_or_nobodys_is_said(office: Office, alur, tmp_path: Path) -> None:
    code, told = alur("import", "collect", tmp_path, "--project", office.project, "--as", office.town.login("sri"))
    assert (code, "Tidak ada isian ODK Collect" in told) == (1, True)
    code, told = alur("import", "collect", tmp_path, "--project", office.project, "--as", "siapa")
    assert (code, '"siapa"' in told) == (1, True)
    office.phone_url("HP kembar")
    office.phone_url("HP kembar", "tono")
    assert alur("import", "collect", tmp_path, "--project", office.project, "--as", "HP kembar")[0] == 1
