"""Files a person uploaded to look at first: kept as blobs until the second click publishes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.access import Viewer, require
from server.actions.bundle import Upload
from server.problems import Problem
from server.store.database import Store


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file by the name it was uploaded under and the hash it is kept by."""

    name: str
    sha256: str


def keep_uploads(
    store: Store, viewer: Viewer | None, project_id: int | None, uploads: Sequence[Upload]
) -> tuple[KeptFile, ...]:
    """Keeps the files' bytes. Raises as `access.require('form.publish')`."""
    require(viewer, "form.publish", project_id)
    return tuple(KeptFile(upload.name, store.blobs.put(upload.data).sha256) for upload in uploads)


def kept_uploads(
    store: Store, viewer: Viewer | None, project_id: int | None, files: Sequence[KeptFile]
) -> tuple[Upload, ...]:
    """The files as they were uploaded. Raises `request.not_found` when one is gone."""
    require(viewer, "form.publish", project_id)
    try:
        return tuple(Upload(file.name, store.blobs.get(file.sha256)) for file in files)
    except (FileNotFoundError, ValueError):
        raise Problem("request.not_found") from None
