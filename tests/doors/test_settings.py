"""The operator's environment: what is said wrongly is refused at the start, by name."""

import stat
from pathlib import Path

import pytest

from server.settings import Settings, WrongSettingsError, kept_secret, make_secret, read_settings


def test_an_empty_environment_gives_an_office_pc_its_defaults() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port, settings.lang, settings.timezone) == ("127.0.0.1", 8000, "id", "Asia/Jakarta")
    assert settings.base_url == "http://127.0.0.1:8000"


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert read_settings({"ALUR_HOST": "::1", "ALUR_PORT": "8001"}).base_url == "http://[::1]:8001"


def test_everything_the_operator_says_is_heard(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "ALUR_DATA": str(tmp_path),
            "ALUR_DATABASE_URL": "postgresql://alur@localhost/alur",
            "ALUR_BLOBS": "file",
            "ALUR_PUBLIC_URL": "https://alur.dinsos.example/",
            "ALUR_SECRET_KEY": "k" * 32,
            "ALUR_HOST": "0.0.0.0",
            "ALUR_PORT": "9000",
            "ALUR_WORKERS": "2",
            "ALUR_LANG": "en",
            "ALUR_TIMEZONE": "Asia/Jayapura",
            "ALUR_TRUSTED_PROXY": "127.0.0.1",
        }
    )
    assert settings == Settings(
        data=tmp_path,
        database_url="postgresql://alur@localhost/alur",
        blobs="file",
        public_url="https://alur.dinsos.example",
        secret_key="k" * 32,
        host="0.0.0.0",
        port=9000,
        workers=2,
        lang="en",
        timezone="Asia/Jayapura",
        trusted_proxy="127.0.0.1",
    )
    assert settings.base_url == "https://alur.dinsos.example"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALUR_PORT", "delapan ribu"),
        ("ALUR_PORT", "0"),
        ("ALUR_PORT", "70000"),
        ("ALUR_WORKERS", "-1"),
        ("ALUR_LANG", "jv"),
        ("ALUR_TIMEZONE", "WIB"),
        ("ALUR_DATABASE_URL", "mysql://x"),
        ("ALUR_BLOBS", "s3://dinsos/alur"),
        ("ALUR_PUBLIC_URL", "alur.dinsos.example"),
        ("ALUR_PUBLIC_URL", "https://user:rahasia@alur.example"),
        ("ALUR_PUBLIC_URL", "https://alur.example/sub"),
        ("ALUR_PUBLIC_URL", "https://alur.example:banyak"),
        ("ALUR_SECRET_KEY", "pendek"),
        ("ALUR_TRUSTED_PROXY", "proxy"),
        ("ALUR_HOST", "a b"),
        ("ALUR_SMTP_URL", "mail.example"),
        ("ALUR_MAIL_FROM", "kantor"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(WrongSettingsError) as refused:
        read_settings({variable: value})
    assert [wrong.variable for wrong in refused.value.wrongs] == [variable]


def test_all_wrong_values_are_told_at_once_and_secrets_never() -> None:
    with pytest.raises(WrongSettingsError) as refused:
        read_settings({"ALUR_PORT": "x", "ALUR_SECRET_KEY": "rahasia"})
    told = {wrong.variable: wrong.value for wrong in refused.value.wrongs}
    assert told == {"ALUR_PORT": "x", "ALUR_SECRET_KEY": ""}


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("")
    with pytest.raises(WrongSettingsError):
        read_settings({"ALUR_DATA": str(file)})


def test_init_makes_the_secret_key_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = make_secret(data)
    assert len(made) >= 32
    assert make_secret(data) == made == kept_secret(data)
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert read_settings({"ALUR_DATA": str(data)}).secret == made.encode()


def test_without_init_there_is_no_secret_key(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingsError):
        _ = read_settings({"ALUR_DATA": str(tmp_path)}).secret
