"""What all routes of programs share: who asks, the runtime, and the list of routes."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g

from server.access import Viewer
from server.actions.runtime import Runtime

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `act` is what asking it means (server.access.ACTS), asked before the view runs; None for
    what concerns only oneself. `open` answers strangers too; every other route asks who it is first."""

    method: str
    rule: str
    view: View
    act: str | None = None
    open: bool = False


def runtime() -> Runtime:
    """The runtime this request is answered with."""
    found: Runtime = g.alur
    return found


def viewer() -> Viewer:
    """Who asks; known before any view runs."""
    found: Viewer = g.viewer
    return found
