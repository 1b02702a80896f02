"""What `alur doctor` looks at: everything that must hold before people rely on this installation."""

import ipaddress
import os
import shutil
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from server.access import OPERATOR
from server.problems import Problem
from server.queries.people import people, phones
from server.queries.projects import projects
from server.settings import SECRET_FILE, Settings
from server.store import Store
from server.store.migrate import is_current

# Less free space than this is told.
LOW_SPACE_GB = 2

# (catalogue key under cli.doctor, True good / False bad / None worth knowing, arguments)
Look = tuple[str, bool | None, dict[str, object]]


def examine(settings: Settings) -> Iterator[Look]:
    """Looks at settings, disk, database and people, one line each."""
    yield "data", os.access(settings.data, os.W_OK) if settings.data.exists() else False, {"folder": settings.data}
    if not settings.data.exists():
        return
    free = shutil.disk_usage(settings.data).free // 2**30
    yield ("space" if free >= LOW_SPACE_GB else "space_low"), free >= LOW_SPACE_GB, {"free": free}
    yield from _secret(settings)
    yield from _address(settings)
    store = Store(settings.data, settings.database_url)
    try:
        current = is_current(store)
        yield ("database" if current else "database_old"), current, {"kind": store.engine.dialect.name}
        if current:
            yield from _people(store, settings)
    except Problem:
        yield "database_down", False, {}
    finally:
        store.close()


def _secret(settings: Settings) -> Iterator[Look]:
    if not settings.secret_key:
        yield "secret_missing", False, {}
        return
    path = settings.data / SECRET_FILE
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield "secret_open", False, {"file": path}
    else:
        yield "secret", True, {}


def _address(settings: Settings) -> Iterator[Look]:
    address = urlsplit(settings.base_url)
    host = address.hostname or ""
    if address.scheme == "https":
        yield "https", True, {"address": settings.base_url}
        return
    try:
        private = ipaddress.ip_address(host).is_private
    except ValueError:
        private = "." not in host or host.endswith((".local", ".lan"))
    yield ("lan" if private else "http_public"), (None if private else False), {"address": settings.base_url}


def _people(store: Store, settings: Settings) -> Iterator[Look]:
    admins = [p for p in people(store, OPERATOR, None) if (None, "admin", None) in p.roles and not p.disabled_at]
    yield ("admins" if admins else "no_admin"), bool(admins), {"count": len(admins)}
    offices = projects(store, OPERATOR)
    yield ("projects" if offices else "no_project"), (True if offices else None), {"count": len(offices)}
    if not settings.secret_key:
        return
    for office in offices:
        open_phones = [
            p.name
            for p in phones(store, OPERATOR, office.id, settings.secret)
            if p.token and p.officer_id is None and p.shift is None
        ]
        if open_phones:
            yield "phones_whole_project", None, {"project": office.name, "names": ", ".join(open_phones[:10])}
