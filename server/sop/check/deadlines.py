"""E13: limits of steps against the published service time (ruling 2)."""

from forms.sop import Step
from server.sop.check.flow import Flow
from server.sop.check.model import Checked

_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}


def check_limits(checked: Checked, flow: Flow) -> None:
    """E13: a step that may take longer than the whole service, and ways whose limits add up to more.

    A limit counted from the clock is a day of the service by itself; one counted from the step is added to
    when the steps before it may end. Parallel branches take the longest, a circle is gone through once.
    """
    total = checked.sop.service_time
    if total is None:
        return
    ends: dict[str, float] = {}
    ways: dict[str, tuple[str, ...]] = {}
    for name in _in_order(checked, flow):
        step = checked.steps[name]
        begins, way = max(
            ((ends[other], ways[other]) for other in flow.comes.get(name, ()) if other in ends), default=(0.0, ())
        )
        length = _length(step, checked.sop.service_time_unit)
        if length is None or step.clock != "service":
            ends[name], ways[name] = begins, way
            continue
        if length > total:
            checked.add("E13", step.row, "limit", step=name, limit=step.limit, total=total, problem="limit")
        ways[name] = (*way, name) if step.limit_from == "step" else (name,)
        ends[name] = begins + length if step.limit_from == "step" else length
        if begins <= total < ends[name] and length <= total:
            more = {"step": name, "limit": round(ends[name], 2), "total": total, "way": ", ".join(ways[name])}
            checked.add("E13", step.row, "limit", "error", problem="way", **more)


def _length(step: Step, unit: str) -> float | None:
    """A limit in the unit of the service time; None where there is none, or the units cannot be compared."""
    if step.limit is None:
        return None
    if step.limit_unit == unit:
        return float(step.limit)
    own, whole = _DAYS.get(step.limit_unit), _DAYS.get(unit, 1.0 if unit == "working_day" else None)
    if own is None or whole is None or (unit == "working_day" and step.limit_unit == "day"):
        return None
    return step.limit * own / whole


def _in_order(checked: Checked, flow: Flow) -> list[str]:
    """The steps so that each comes after those that lead to it; arrows that go round are left out."""
    done: list[str] = []
    seen: set[str] = set()
    for start in flow.starts:
        work = [(start, iter(flow.forward.get(start, ())))]
        if start in seen:
            continue
        seen.add(start)
        while work:
            name, targets = work[-1]
            following = next((to for to in targets if to in checked.steps and to not in seen), None)
            if following is None:
                work.pop()
                done.append(name)
            else:
                seen.add(following)
                work.append((following, iter(flow.forward.get(following, ()))))
    return done[::-1]
