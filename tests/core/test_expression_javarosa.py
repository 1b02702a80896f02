"""The office and the phone must answer every question alike: our evaluator against JavaRosa itself."""

import math
from datetime import date, datetime

import pytest

from forms.expression import ExpressionError, evaluate, parse
from forms.values import Value
from tests.core.expression_table import DIFFERENT, TABLE
from tests.core.javarosa_oracle import ZONE, Refused, ask, lookup
from tests.core.random_expressions import Expressions


def ours(text: str, now: datetime) -> Value | Refused:
    try:
        answer = evaluate(
            parse(text),
            lookup,
            today=now.date(),
            now=now,
            choice_name=lambda choice, field: choice.capitalize(),
            pulldata=lambda table, column, key_column, key: "Jawa Timur" if key == "35" else "",
        )
    except ExpressionError as error:
        return Refused(error.code)
    if isinstance(answer, date) and not isinstance(answer, datetime):
        return datetime(answer.year, answer.month, answer.day, tzinfo=ZONE)
    return answer


def alike(theirs: Value, mine: Value) -> bool:
    if isinstance(theirs, Refused) or isinstance(mine, Refused):
        return isinstance(theirs, Refused) and isinstance(mine, Refused)
    if type(theirs) is not type(mine):
        return False
    if isinstance(theirs, float) and isinstance(mine, float):
        both_nan = theirs != theirs and mine != mine
        return both_nan or theirs == mine or math.isclose(theirs, mine, rel_tol=1e-12)
    return theirs == mine


@pytest.mark.parametrize("text", TABLE)
def test_the_server_answers_as_the_phone_does(text: str) -> None:
    now = datetime.now(ZONE)
    theirs = ask(text)
    assert alike(theirs, ours(text, now)), f"{text}: phone {theirs!r}, server {ours(text, now)!r}"


@pytest.mark.parametrize("text", DIFFERENT)
def test_the_server_differs_from_the_phone_only_where_it_should(text: str) -> None:
    theirs, mine = DIFFERENT[text]
    now = datetime.now(ZONE)
    asked, answered = ask(text), ours(text, now)
    assert isinstance(asked, Refused) if theirs is None else asked == theirs
    assert isinstance(answered, Refused) if mine is None else answered == mine


def _compare(seed: int, count: int) -> None:
    now = datetime.now(ZONE)
    stream = Expressions(seed)
    refused = 0
    for _ in range(count):
        text = stream.any(4)
        theirs, mine = ask(text), ours(text, now)
        refused += isinstance(mine, Refused)
        if isinstance(mine, Refused) and mine.reason == "date_range":
            continue
        assert alike(theirs, mine), f"{text}: phone {theirs!r}, server {mine!r}"
    assert refused < count / 20, "too many refusals to prove anything"


def test_three_thousand_random_expressions_have_one_answer() -> None:
    _compare(seed=20251121, count=3_000)


@pytest.mark.slow
def test_twenty_thousand_random_expressions_have_one_answer() -> None:
    _compare(seed=3, count=20_000)
