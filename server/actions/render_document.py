"""Making the PDF of an issued document, after the transaction that issued it."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from server.limits.functions import run_python
from server.store import Store
from server.store.documents import document
from server.store.jobs import Job


def render(store: Store, job: Job, public_url: str) -> Mapping[str, object]:
    """Makes the PDF of an issued document in a child with limits and keeps it under its hash.

    Repeating it is harmless: a document that is ready stays as it is. `public_url` is where its check page
    lives; empty prints the code alone.
    """
    with store.read() as db:
        row = db.execute(select(document).where(document.c.id == job.args["document"])).one()
    if row.status != "waiting":
        return {"document": row.id, "sha256": row.sha256}
    values = json.loads(row.values)
    values["surat"]["alamat_periksa"] = f"{public_url.rstrip('/')}/periksa/{row.check_code}" if public_url else ""
    asked = json.dumps({"kind": row.template.partition("@")[0], "values": values}).encode()
    paper = store.blobs.put(run_python("reports.pdf:letter", asked, wall=60, cpu=40, memory=1 << 30))
    with store.write() as tx:
        ready = {"status": "ready", "blob": paper.sha256, "sha256": paper.sha256}
        changed = tx.execute(
            document.update().where(document.c.id == row.id, document.c.status == "waiting").values(ready)
        )
        if changed.rowcount:
            subject = f"document:{row.id}"
            tx.audit(None, "document.render", project=row.project_id, subject=subject, details={"sha256": paper.sha256})
        else:
            tx.housekeeping()
    return {"document": row.id, "sha256": paper.sha256}
