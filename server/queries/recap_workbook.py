"""A monthly recap as XLSX, dated today and signed by who heads the office today."""

from datetime import date
from functools import partial

from sqlalchemy import select

from forms.office import Office, Official
from reports import words
from reports.sheets.rekap_bulanan import Recap, workbook
from reports.xlsx import Signing
from server.access import Viewer
from server.cases.letter import letterhead, signer
from server.locale import say
from server.queries.definitions import definitions_of
from server.queries.recap_issues import live
from server.sop.clock import Calendar
from server.store.database import Store
from server.store.projects import project


def monthly_workbook(
    store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, language: str = "id"
) -> bytes:
    """The recap as it stands now, marked as not issued. Raises as `queries.recap.monthly`."""
    return recap_workbook(store, viewer, project_id, live(store, viewer, project_id, year, number, language), language)


def recap_workbook(store: Store, viewer: Viewer | None, project_id: int, recap: Recap, language: str) -> bytes:
    """A recap as the office hands it in. The caller has asked who may."""
    definitions = definitions_of(store)
    with store.read() as db:
        office = definitions.office(db, project_id)
        zone = db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one()
    day = Calendar(zone).day(store.now())
    head = letterhead(office)
    place = f"{head.tempat}, {words.date_long(day)}" if head.tempat else words.date_long(day)
    signing = Signing(
        acknowledged=say(language, "recap.acknowledged"),
        head=signer(_head(office, day) if office else None),
        place_and_day=place,
        maker_post=say(language, "recap.maker"),
        maker=viewer.name if viewer else "",
    )
    return workbook(recap, head, signing, partial(say, language))


def _head(office: Office, day: date) -> Official | None:
    """Who heads the office: the holder of the post of the unit that stands under no other."""
    post = next((unit.head_post for unit in office.units if not unit.parent), "")
    return office.signer(post, day)
