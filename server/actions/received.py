"""A submission on its way in: who sent it, what it says it is, and what the sender is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from forms.submission import Head, Reading
from server.access import Viewer
from server.queries.definitions import FormRow
from server.store.blobs import Blob
from server.store.submissions import Known

MAX_XML = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SentFile:
    """An uploaded part beside the XML: the name it was sent under (data, never a path), the hash it is stored under."""

    name: str
    sha256: str
    size: int
    type: str | None

    @classmethod
    def of(cls, name: str, blob: Blob, kind: str | None) -> Self:
        """The file just stored as `blob`."""
        return cls(name, blob.sha256, blob.size, kind)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who and what sent it; `device_id` and `user_agent` are what the client claims."""

    viewer: Viewer
    device_id: str | None = None
    user_agent: str | None = None

    @property
    def client(self) -> dict[str, object]:
        """The columns that tell the client, cut to a length nobody needs to exceed."""
        return {
            "submitter_id": self.viewer.id,
            "device_id": self.device_id[:255] if self.device_id else None,
            "user_agent": self.user_agent[:255] if self.user_agent else None,
        }


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why a submission has no case yet: fault class (`formulir`, `data`, `program`), reason code, arguments.

    `case` is the case it names, when nobody has opened that one. Of a form about several cases, `key` names
    the part that waits and `row` its number in the form, from 1.
    """

    fault: str
    reason: str
    case: str | None = None
    args: Mapping[str, object] | None = None
    key: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A submission as kept: `reading` is Unplaced when it cannot be typed; `base` is what an edit replaces."""

    sender: Sender
    project_id: int
    form: FormRow
    head: Head
    version_id: int | None
    reading: Reading | Unplaced
    base: Known | None
    at: datetime

    @property
    def root(self) -> str:
        """The instance id of the first revision, by which the case knows it."""
        return self.base.root if self.base else self.head.instance_id

    @property
    def attachments(self) -> tuple[str, ...]:
        """The file names its answers mention."""
        return () if isinstance(self.reading, Unplaced) else self.reading.attachments


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened: `code` is new, again, edited, kept (a person will look at it), partly (at some rows of it)
    or waiting.

    `numbers` are the cases it is in; `open_steps` (name, label by language, due) tell of the only one what comes next.
    """

    code: str
    instance_id: str
    numbers: tuple[str, ...] = ()
    closed: bool = False
    open_steps: tuple[tuple[str, Mapping[str, str], str | None], ...] = ()
    missing: tuple[str, ...] = ()
