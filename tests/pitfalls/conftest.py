"""One office for all tests of a module, with a form of plain questions in it."""

import pytest

from tests.books import form as workbook
from tests.fixtures import shared_office
from tests.office import Office

__all__ = ["shared_office"]

NOTES = "catatan"
VERSION = "7"
ROWS = """
| | text | nama | Nama | | | | | | |
| | image | foto1 | Foto satu | | | | | | |
| | image | foto2 | Foto dua | | | | | | |
| | audio | suara | Suara | | | | | | |
"""


def publish(office: Office, form_id: str, version: str, rows: str = ROWS) -> None:
    """Publishes a form of these rows through the programs' door."""
    book = workbook(rows, settings=f"| | {form_id} | {version} | Formulir {form_id} |")
    path = f"/v1/projects/{office.project}/forms"
    if office.as_("rina").get(f"{path}/{form_id}").status == 404:
        made = office.as_("rina").post(f"{path}?publish=true&ignoreWarnings=true", book)
    else:
        drafted = office.as_("rina").post(f"{path}/{form_id}/draft?ignoreWarnings=true", book)
        assert drafted.status == 200, drafted.text
        made = office.as_("rina").post(f"{path}/{form_id}/draft/publish")
    assert made.status == 200, made.text


@pytest.fixture(scope="module")
def office(shared_office: Office) -> Office:
    publish(shared_office, NOTES, VERSION)
    return shared_office


@pytest.fixture(scope="module")
def url(office: Office) -> str:
    """A phone's server address."""
    return office.phone_url()


@pytest.fixture(scope="module")
def path(office: Office) -> str:
    """Where programs find what was sent with the form of plain questions."""
    return f"/v1/projects/{office.project}/forms/{NOTES}/submissions"
