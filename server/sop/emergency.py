"""What an SOP says about emergencies: which alerts they are, who hears of them, which step one click opens (27)."""

from forms.sop import Alert, Sop
from server.sop.check.readings import EMERGENCY

REASON = "darurat"
"""The preset reason of an emergency step opened by hand."""


def emergency_alerts(sop: Sop) -> tuple[Alert, ...]:
    """The alerts that name a step to open, or whose rule reads an answer that marks an emergency."""
    return tuple(
        alert
        for alert in sop.alerts
        if alert.opens or (alert.when is not None and any(name.field in EMERGENCY for name in alert.when.names))
    )


def duty_roles(sop: Sop) -> frozenset[str]:
    """The roles that are told of an emergency."""
    return frozenset(alert.to for alert in emergency_alerts(sop))


def emergency_steps(sop: Sop) -> tuple[str, ...]:
    """The steps one click opens, in the order of the alerts."""
    return tuple(dict.fromkeys(alert.opens for alert in emergency_alerts(sop) if alert.opens))
