"""`/healthz` for whoever keeps the service running, `/metrics` for Prometheus (this machine or a token only)."""

import hmac

from flask import Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from server.api.answers import answer
from server.api.door import Route, runtime
from server.api.identity import address, bearer_token, is_loopback
from server.problems import Problem
from server.queries import health as queries

FAULTS = ("formulir", "data", "program")
JOB_STATES = ("waiting", "running", "done", "failed", "cancelled")


def healthz() -> Response:
    good = queries.healthy(runtime().store)
    return answer({"status": "ok" if good else "unavailable"}, 200 if good else 503)


def metrics() -> Response:
    token = runtime().metrics_token
    allowed = token is not None and hmac.compare_digest((bearer_token() or "").encode(), token.encode())
    # Behind a proxy on this machine every request looks local: then only the token counts.
    local = is_loopback(address()) and "X-Forwarded-For" not in request.headers
    if not allowed and not local:
        raise Problem("request.not_found")
    figures = queries.figures(runtime().store)
    registry = CollectorRegistry()
    tasks = Gauge("alur_open_tasks", "Submissions and work that wait for a person", ["fault"], registry=registry)
    for fault in ("", *FAULTS):
        tasks.labels(fault or "none").set(figures.tasks.get(fault, 0))
    jobs = Gauge("alur_jobs", "Background jobs by state", ["state"], registry=registry)
    for state in JOB_STATES:
        jobs.labels(state).set(figures.jobs.get(state, 0))
    missed = Gauge("alur_mispredicted_forms", "Forms that predicted other next steps than the rules", registry=registry)
    missed.set(figures.mispredicted)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


ROUTES = (
    Route("GET", "/healthz", healthz, open=True),
    Route("GET", "/metrics", metrics, open=True),
)
