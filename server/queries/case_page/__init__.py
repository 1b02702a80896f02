"""One case as its page shows it: what is next and why, what happened, what was answered, what was issued."""

from server.queries.case_page.answers import readable
from server.queries.case_page.page import case_page, case_project
from server.queries.case_page.values import Answer, CasePage, Decided, RecordView, StepName

__all__ = [
    "Answer",
    "CasePage",
    "Decided",
    "RecordView",
    "StepName",
    "case_page",
    "case_project",
    "readable",
]
