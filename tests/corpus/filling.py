"""The corpus published, and filled at random on a phone: for every test that reads answers back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.publish import publish_folders
from server.store import Store, projects
from tests import corpus
from tests.office import SECRET
from tests.phone.collect import Instance, Phone
from tests.phone.javarosa import Refused

FIRST = "korpus_warga_baru"
"""Fills the list that other forms choose from."""
GROWN = {"umur": 30}
TRIES = 20


def settle(store: Store) -> None:
    """Publishes the corpus into the first project of an empty store."""
    row = {"name": "Kantor Korpus", "timezone": "Asia/Jakarta", "created_at": "2026-01-01T00:00:00.000Z"}
    with store.write() as tx:
        project = tx.execute(projects.project.insert().returning(projects.project.c.id), row).scalar_one()
        tx.audit(None, "test.settle")
    with TemporaryDirectory() as folder:
        publish_folders(store, OPERATOR, [corpus.write(Path(folder) / "korpus")], project)


def phone(store: Store, address: str, project: int = 1) -> Phone:
    """A phone of that office with all its forms."""
    made = add_phone(store, OPERATOR, project, "Ponsel korpus", None, secret=SECRET.encode())
    return Phone(f"{address}/v1/key/{made.token}/projects/{project}").sync()


def fill(of: Phone, seeds: Iterable[int]) -> Mapping[str, list[Instance]]:
    """Every form filled, finished and sent once with each seed; by form id, in the order of the seeds."""
    seeds = list(seeds)
    found = {FIRST: [sent(of, FIRST, seed, GROWN) for seed in seeds]}
    of.sync()
    for form_id in corpus.FORM_IDS:
        found.setdefault(form_id, [])
        if form_id != FIRST:
            found[form_id] = [sent(of, form_id, seed) for seed in seeds]
    return found


def sent(of: Phone, form_id: str, seed: int, answers: Mapping[str, object] = MappingProxyType({})) -> Instance:
    """One form filled at random, finished and sent; where chance gives what the form refuses, it tries anew."""
    for attempt in range(TRIES):
        try:
            return of.resend(of.report(form_id, answers, seed=seed + 100_000 * attempt))
        except Refused as refused:
            last = refused
    raise last
