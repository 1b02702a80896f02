"""What the operator says through the environment, read once at the start; a wrong value is refused.

Only `server.app` and `server.cli` read settings; everything below gets plain values from them.
"""

import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

SECRET_FILE = "secret.key"  # noqa: S105 - a file name
MIN_SECRET = 32
DEFAULT_DATA = Path("data")
LANGUAGES = ("id", "en")
# Values that carry passwords are never shown again.
HIDDEN = frozenset({"ALUR_SECRET_KEY", "ALUR_BACKUP_KEY", "ALUR_SMTP_URL", "ALUR_DATABASE_URL", "ALUR_METRICS_TOKEN"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """One refused value: the variable, what it held (empty for secrets), and what is allowed
    (`cli.settings.<variable>` in the catalogue)."""

    variable: str
    value: str

    @property
    def allowed(self) -> str:
        return f"cli.settings.{self.variable}"


EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


def lan_address() -> str:
    """This machine's own address on the network around it; the loopback address when there is none.

    Asking the system which address would be used sends nothing.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation, never reached
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class WrongSettingsError(Exception):
    """The environment holds values we cannot work with; all of them are listed."""

    def __init__(self, wrongs: tuple[Wrong, ...]) -> None:
        super().__init__(wrongs)
        self.wrongs = wrongs


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation (DESIGN section 6).

    `secret_key` is empty until `alur init` has made it; `workers` is the number of web processes;
    `trusted_proxy` the address whose X-Forwarded-* headers are believed; `metrics_token` opens
    `/metrics` to others than this machine.
    """

    data: Path = DEFAULT_DATA
    database_url: str | None = None
    blobs: str = "file"
    public_url: str | None = None
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    lang: str = "id"
    timezone: str = "Asia/Jakarta"
    trusted_proxy: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    backup_key: str | None = None
    metrics_token: str | None = None

    @property
    def base_url(self) -> str:
        """The address phones and people use, without a closing slash.

        A server that listens on every address is reached at the one of the office's network (ruling 42).
        """
        host = self.host if self.host not in EVERY_ADDRESS else lan_address()
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def secret(self) -> bytes:
        """The key all tokens are made with. Raises WrongSettingsError when `alur init` has not run."""
        if not self.secret_key:
            raise WrongSettingsError((Wrong("ALUR_SECRET_KEY", ""),))
        return self.secret_key.encode()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _text(value: str) -> str:
    return value


def _folder(value: str) -> Path:
    path = Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError
    return path


def _database(value: str) -> str:
    if not re.match(r"(postgresql(\+psycopg)?://.+|sqlite:///.+)", value):
        raise ValueError
    return value


def _blobs(value: str) -> str:
    # Attachments go to the data folder only, until the S3 store is built; saying otherwise would lose them quietly.
    if value != "file":
        raise ValueError
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise ValueError
    if parts.path not in ("", "/") or parts.query or parts.fragment or (parts.port is not None and parts.port < 1):
        raise ValueError
    return value.rstrip("/")


def _secret(value: str) -> str:
    if len(value) < MIN_SECRET:
        raise ValueError
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        raise ValueError
    return value


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", value) or not low <= int(value) <= high:
            raise ValueError
        return int(value)

    return read


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError
    return value


def _timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError
    return value


def _address(value: str) -> str:
    return str(ipaddress.ip_address(value))


def _smtp(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError
    return value


def _mail(value: str) -> str:
    if not re.fullmatch(r"[^@\r\n]*[^@\s<]@[^@\s<>]+>?", value):
        raise ValueError
    return value


_READERS: dict[str, Callable[[str], object]] = {
    "data": _folder,
    "database_url": _database,
    "blobs": _blobs,
    "public_url": _web_address,
    "secret_key": _secret,
    "host": _host,
    "port": _between(1, 65535),
    "workers": _between(1, 64),
    "lang": _language,
    "timezone": _timezone,
    "trusted_proxy": _address,
    "smtp_url": _smtp,
    "mail_from": _mail,
    "backup_key": _text,
    "metrics_token": _text,
}


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the environment; an empty variable counts as absent.

    The secret key comes from ALUR_SECRET_KEY or from the file `alur init` made in the data folder.
    Raises WrongSettingsError naming every wrong variable at once.
    """
    values: dict[str, object] = {}
    wrongs: list[Wrong] = []
    for item in fields(Settings):
        variable = f"ALUR_{item.name.upper()}"
        written = environ.get(variable, "").strip()
        if not written:
            continue
        try:
            values[item.name] = _READERS[item.name](written)
        except ValueError:
            wrongs.append(Wrong(variable, "" if variable in HIDDEN else written))
    if wrongs:
        raise WrongSettingsError(tuple(wrongs))
    if "secret_key" not in values:
        values["secret_key"] = kept_secret(Path(str(values.get("data", DEFAULT_DATA))))
    return Settings(**values)  # type: ignore[arg-type]


def kept_secret(data: Path) -> str:
    """The secret key kept in the data folder, or an empty text before `alur init`."""
    path = data / SECRET_FILE
    return path.read_text("ascii").strip() if path.exists() else ""


def make_secret(data: Path) -> str:
    """Makes the secret key of this installation unless there is one; readable by its owner only."""
    if kept := kept_secret(data):
        return kept
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return kept_secret(data)
