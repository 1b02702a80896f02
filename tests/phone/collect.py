"""A phone with stock ODK Collect: syncs forms and case lists, fills offline, keeps drafts, sends."""

import csv
import hashlib
import io
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from lxml import etree

from tests.phone import http
from tests.phone.entity_lists import EntityList, changes
from tests.phone.java import TIMEZONE
from tests.phone.javarosa import Answers, Device, Form, Session

_LIST = "{http://openrosa.org/xforms/xformsList}"
_MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
_HOST_TYPES = ("text/xml", "application/xml")


class SyncError(Exception):
    """The sync failed the way Collect would report it."""


@dataclass
class Installed:
    """A form on the phone."""

    form: Form
    hash: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Media file -> its hash and bytes."""
    lists: tuple[str, ...] = ()
    """Names of the entity lists it uses."""
    last_saved: bytes = b""
    """The record of this form that was saved last."""


@dataclass
class Instance:
    """One record on the phone: draft, finalised or sent."""

    form: Form
    xml: bytes
    instance_id: str
    files: dict[str, bytes] = field(default_factory=dict)
    state: str = "draft"
    name: str = ""
    status: int = 0
    message: str = ""
    skipped: tuple[str, ...] = ()
    is_edit: bool = False

    def entity_ids(self) -> list[str]:
        """The ids of the rows it creates or updates."""
        return [block.get("id", "") for block in etree.fromstring(self.xml).iter("{*}entity")]

    def value(self, name: str) -> str:
        """The text of the first element of this name in the instance."""
        found = etree.fromstring(self.xml).find(f".//{{*}}{name}")
        return "" if found is None else found.text or ""


class Phone:
    """One device of one officer, bound to one address of the server.

    url: the project's address with the token, without `/formList`; `at` in the methods is the moment
    the phone's clock shows, for work that is written down later.
    """

    def __init__(self, url: str, device: Device | None = None, match_exactly: bool = True) -> None:
        self.url = url.rstrip("/").removesuffix("/formList")
        self.device = device or Device()
        self.match_exactly = match_exactly
        self.installed: dict[str, Installed] = {}
        self.lists: dict[str, EntityList] = {}
        self.instances: list[Instance] = []
        self.requests: list[tuple[str, str, int]] = []
        """Method, address and status of everything asked, for tests of traffic."""

    # Syncing

    def sync(self) -> "Phone":
        """Fetch what changed: forms, media, case lists. Raises SyncError with the reason Collect would show."""
        answer = self._get(f"{self.url}/formList")
        listed = _parse(answer, f"{_LIST}xforms").findall(f"{_LIST}xform")
        seen = [self._sync_form(item) for item in listed]
        if self.match_exactly:
            self.installed = {form_id: self.installed[form_id] for form_id in seen}
        return self

    def _sync_form(self, item: etree._Element) -> str:
        form_id, name, url = (_text(item, _LIST, tag) for tag in ("formID", "name", "downloadUrl"))
        if not (form_id and name and url):
            raise SyncError("invalid response: a form without formID, name or downloadUrl")
        digest = _text(item, _LIST, "hash")
        if not digest.startswith("md5:"):
            raise SyncError(f"no hash for {form_id}")
        manifest = self._manifest(_text(item, _LIST, "manifestUrl"))
        installed = self.installed.get(form_id)
        has_lists = any(is_list for _, _, _, is_list, _ in manifest)
        if installed is None or installed.hash != digest or has_lists:
            installed = self._download(form_id, url, digest, installed)
        self.installed[form_id] = installed
        self._sync_media(installed, manifest)
        return form_id

    def _download(self, form_id: str, url: str, digest: str, known: Installed | None) -> Installed:
        data = self._get(url).body
        if f"md5:{hashlib.md5(data).hexdigest()}" != digest:
            raise SyncError(f"{form_id}: the list's hash is not the md5 of the form")
        if known is not None and known.hash == digest:
            return known
        form = _form(data)
        if form.form_id != form_id:
            raise SyncError(f"{form_id}: the form calls itself {form.form_id!r}")
        if not form.title:
            raise SyncError(f"{form_id}: no title")
        return Installed(
            form, digest, dict(known.files) if known else {}, last_saved=known.last_saved if known else b""
        )

    def _manifest(self, url: str) -> list[tuple[str, str, str, bool, str]]:
        """File name, hash, address, whether it is an entity list, integrity address."""
        if not url:
            return []
        found = []
        for item in _parse(self._get(url), f"{_MANIFEST}manifest").findall(f"{_MANIFEST}mediaFile"):
            name, digest, address = (_text(item, _MANIFEST, tag) for tag in ("filename", "hash", "downloadUrl"))
            if not (name and digest and address):
                raise SyncError("invalid manifest: a file without filename, hash or downloadUrl")
            is_list = item.get("type") in ("entityList", "approvalEntityList")
            found.append((name.rpartition("/")[2], digest, address, is_list, _text(item, _MANIFEST, "integrityUrl")))
        return found

    def _sync_media(self, installed: Installed, manifest: list[tuple[str, str, str, bool, str]]) -> None:
        names: list[str] = []
        for name, digest, address, is_list, integrity in manifest:
            if is_list:
                names.append(name.removesuffix(".csv"))
                self._sync_list(names[-1], digest, address, integrity)
            elif name not in installed.files or installed.files[name][0] != digest:
                data = self._get(address).body
                if digest.startswith("md5:") and f"md5:{hashlib.md5(data).hexdigest()}" != digest:
                    raise SyncError(f"{name}: the manifest's hash is not the md5 of the file")
                installed.files[name] = (digest, data)
        installed.lists = tuple(names)

    def _sync_list(self, name: str, digest: str, address: str, integrity: str) -> None:
        held = self.lists.setdefault(name, EntityList(name))
        if held.hash == digest:
            return
        missing = held.merge(self._get(address).body)
        held.hash = digest
        if missing and integrity:
            for gone in self._deleted(integrity, missing):
                held.rows.pop(gone, None)

    def _deleted(self, url: str, ids: set[str]) -> set[str]:
        answer = self._get(f"{url}?id={urllib.parse.quote(','.join(sorted(ids)))}")
        entities = _parse(answer, "data").iter("entity")
        return {entity.get("id", "") for entity in entities if entity.findtext("deleted") == "true"}

    def _get(self, url: str) -> http.Answer:
        answer = self._ask("GET", url)
        if answer.status != 200:
            raise SyncError(f"{url}: server returned status code {answer.status}")
        return answer

    def _ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> http.Answer:
        answer = http.request(method, url, body, headers)
        self.requests.append((method, url, answer.status))
        return answer

    # Filling

    @property
    def forms(self) -> dict[str, Form]:
        """The forms on the phone by id."""
        return {form_id: installed.form for form_id, installed in self.installed.items()}

    @property
    def drafts(self) -> list[Instance]:
        return [instance for instance in self.instances if instance.state == "draft"]

    @property
    def ready(self) -> list[Instance]:
        """Finalised and waiting to be sent."""
        return [instance for instance in self.instances if instance.state in ("final", "failed")]

    def rows(self, list_name: str) -> list[dict[str, str]]:
        """A case list as the officer's forms see it."""
        return list(csv.DictReader(io.StringIO(self.lists[list_name].csv().decode())))

    def open(self, form_id: str, at: datetime | None = None) -> Session:
        """A blank form on the screen; nothing is kept until `keep`."""
        return self._prepared(form_id).open(device=self.device, at=at)

    def fill(self, form_id: str, answers: Answers, at: datetime | None = None) -> Instance:
        """A draft of a form with these answers. Raises UnknownQuestion, NotOffered, Refused."""
        return self.keep(self.open(form_id, at).fill(answers))

    def fill_random(
        self, form_id: str, seed: int, answers: Answers | None = None, at: datetime | None = None
    ) -> Instance:
        """A draft with these answers and made-up ones for all other questions."""
        return self.keep(self.open(form_id, at).fill_random(seed, answers))

    def report(self, form_id: str, answers: Answers, at: datetime | None = None, seed: int | None = None) -> Instance:
        """Fill and finalise at once; with a seed, questions without an answer get a made-up one."""
        session = self.open(form_id, at)
        return self.finalise(
            self.keep(session.fill(answers) if seed is None else session.fill_random(seed, answers)), session
        )

    def keep(self, session: Session) -> Instance:
        """Save a session as a draft."""
        instance = Instance(session.form, session.xml(), session.instance_id, dict(session.files))
        instance.skipped = tuple(session.skipped)
        self.instances.append(instance)
        self._remember(instance)
        return instance

    def _remember(self, instance: Instance) -> None:
        if instance.form.form_id in self.installed:
            self.installed[instance.form.form_id].last_saved = instance.xml

    def reopen(self, instance: Instance) -> Session:
        """A draft or sent instance on the screen again, with the lists the phone has now."""
        form = instance.form
        if form.form_id in self.installed:
            form.replace_media(self._media(self.installed[form.form_id]))
        session = form.open(instance.xml, device=self.device)
        session.files = dict(instance.files)
        for question in session.questions():
            assert question.value is not None
        return session

    def finalise(self, instance: Instance, session: Session | None = None) -> Instance:
        """Check, mark as ready to send, and apply what it does to the case lists on the phone. Raises Refused."""
        session = session or self.reopen(instance)
        session.finalise()
        instance.xml, instance.files = session.xml(), dict(session.files)
        instance.name = session.instance_name
        instance.instance_id = session.instance_id
        instance.state = "final"
        self._remember(instance)
        for change in changes(instance.form, instance.xml):
            if not instance.is_edit and change.dataset in self.lists:
                self.lists[change.dataset].apply(change)
        return instance

    def edit_sent(self, sent: Instance, answers: Answers) -> Instance:
        """A finalised edit of a sent instance, as Collect makes it where the form allows editing."""
        session = self.reopen(sent).start_edit()
        session.fill(answers)
        edit = self.keep(session)
        edit.is_edit = True
        return self.finalise(edit, session)

    def _prepared(self, form_id: str) -> Form:
        installed = self.installed[form_id]
        installed.form.replace_media(self._media(installed))
        return installed.form

    def _media(self, installed: Installed) -> dict[str, bytes]:
        media = {name: data for name, (_, data) in installed.files.items()}
        if installed.last_saved:
            media["last-saved"] = installed.last_saved
        return media | {f"{name}.csv": self.lists[name].csv() for name in installed.lists}

    # Sending

    def send(self) -> list[Instance]:
        """Send everything that is ready, oldest first; each instance keeps status and message."""
        return [self.resend(instance) for instance in self.ready]

    def resend(self, instance: Instance) -> Instance:
        """Send one instance, also one that was sent before."""
        url = f"{self.url}/submission?deviceID={urllib.parse.quote(self.device.deviceid, safe='')}"
        head = self._ask("HEAD", url)
        if head.status == 401 or (200 <= head.status < 300 and head.status != 204):
            instance.status, instance.state = head.status, "failed"
            return instance
        limit = int(head.headers.get("x-openrosa-accept-content-length", http.DEFAULT_LIMIT))
        location = head.headers.get("location") if head.status == 204 else None
        name = f"{instance.form.title}_{datetime.now(ZoneInfo(TIMEZONE)):%Y-%m-%d_%H-%M-%S}.xml"
        for body, kind in http.submissions(name, instance.xml, instance.files, limit):
            answer = self._ask("POST", location or url, body, {"Content-Type": kind})
            instance.status, instance.message = answer.status, answer.message
            instance.state = "sent" if answer.status in (201, 202) else "failed"
            if instance.state == "failed":
                break
        return instance


@lru_cache(64)
def _form(data: bytes) -> Form:
    """Phones of one process share what JavaRosa made of a form; each brings its own lists when it opens it."""
    return Form(data)


def _parse(answer: http.Answer, root: str) -> etree._Element:
    """The XML of an answer that is OpenRosa at all. Raises SyncError."""
    if "x-openrosa-version" not in answer.headers:
        raise SyncError("the server's answer has no X-OpenRosa-Version")
    if answer.headers.get("content-type", "").partition(";")[0].strip() not in _HOST_TYPES:
        raise SyncError(f"the server's answer is {answer.headers.get('content-type')}")
    try:
        tree = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as problem:
        raise SyncError(f"invalid response: {problem}") from problem
    if tree.tag != root:
        raise SyncError(f"invalid response: {tree.tag}")
    return tree


def _text(item: etree._Element, namespace: str, tag: str) -> str:
    return (item.findtext(f"{namespace}{tag}") or "").strip()
