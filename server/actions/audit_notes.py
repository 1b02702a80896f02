"""What a program says about the changes it asks for (header X-Action-Notes of ODK Central)."""

from server.store.audit import note

MOST = 1000


def note_changes(text: str | None) -> None:
    """Keeps `text` with every audit line of this thread until called again; None keeps nothing more."""
    note.set(text[:MOST] if text else None)
