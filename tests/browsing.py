"""A person at the office's browser, without JavaScript: pages, cookies, forms, nothing else."""

import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode, urlsplit

from lxml import html

from tests.office import PASSWORD, Office

BOUNDARY = "----unggahan-uji"


@dataclass
class Page:
    """An answer as a person sees it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Sequence[str] = ()

    @property
    def source(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.source)

    @property
    def text(self) -> str:
        """What can be read, blanks squeezed."""
        return re.sub(r"\s+", " ", self.tree.text_content())

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The error summary: (field the entry leads to, sentence)."""
        links = self.tree.xpath("//div[contains(@class, 'govuk-error-summary')]//a")
        return [(a.get("href").lstrip("#"), a.text_content().strip()) for a in links]

    def token(self) -> str:
        return self.tree.xpath("//input[@name='csrf_token']/@value")[0]

    def links(self, start: str) -> list[str]:
        return [href for href in self.tree.xpath("//a/@href") if href.startswith(start)]


@dataclass
class Visitor:
    """One browser. `read` follows no redirects; `fill` sends a form with the token of the page it is on."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    page: Page | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        parts = urlsplit(self.address)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        try:
            connection.request(method, quote(path, safe="/?&=%:+"), body, sent)
            got = connection.getresponse()
            data = got.read()
        finally:
            connection.close()
        given = got.msg.get_all("Set-Cookie") or []
        for line in given:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                    self.cookies.pop(name)
        return Page(got.status, {k.lower(): v for k, v in got.getheaders()}, data, tuple(given))

    def read(self, path: str) -> Page:
        self.page = self.ask("GET", path)
        return self.page

    def fill(
        self, path: str, fields: Mapping[str, str | Sequence[str]] | None = None, token: str | None = None
    ) -> Page:
        """POSTs a form; the token is that of the page last read. A list of values is sent one by one."""
        assert self.page is not None
        token = self.page.token() if token is None else token
        body = urlencode({"csrf_token": token, **(fields or {})}, doseq=True).encode()
        form = "application/x-www-form-urlencoded"
        answer = self.ask("POST", path, body, Content_Type=form, X_CSRFToken=token)
        if answer.status in (302, 303):
            return answer
        self.page = answer
        return answer

    def upload(
        self, path: str, files: Mapping[str, bytes], fields: Mapping[str, str] | None = None, name: str = "berkas"
    ) -> Page:
        """POSTs files under one name."""
        assert self.page is not None
        body = b""
        for field_name, value in {"csrf_token": self.page.token(), **(fields or {})}.items():
            head = f'Content-Disposition: form-data; name="{field_name}"'
            body += f"--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n".encode()
        for file_name, data in files.items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"'
            body += (
                f"--{BOUNDARY}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n"
            )
        body += f"--{BOUNDARY}--\r\n".encode()
        self.page = self.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={BOUNDARY}")
        return self.page


def worked(office: Office, person: Visitor, answer: Page) -> Page:
    """What the page shows that a person was sent to, once the worker has done what waits."""
    assert answer.status == 303, answer.text
    office.work()
    return person.read(answer.headers["location"])


def visitor(office: Office) -> Visitor:
    """A browser nobody has signed in with."""
    return Visitor(office.address)


def signed_in(office: Office, name: str) -> Visitor:
    """The browser of `sri`, `hadi`, …, signed in and past the one-time password."""
    made = visitor(office)
    made.read("/masuk")
    answer = made.fill("/masuk", {"login": office.town.login(name), "password": PASSWORD})
    assert answer.status == 303, answer.text
    return made
