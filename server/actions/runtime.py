"""What every door is given: the store, the definitions, the intake, and the few settings doors need."""

from dataclasses import dataclass

from server.actions.receive_submission import Intake
from server.queries.definitions import Definitions, definitions_of
from server.store import Store


@dataclass(frozen=True, slots=True)
class Runtime:
    """One per process. `secret` makes phone tokens; `public_url` is used where no request tells the host.

    `secure_cookies` is False only on a private address over plain http, then `lan_warning` is shown to
    admins (ruling 42). `metrics_token` opens /metrics to others than this machine; `language` is the
    default for strangers.
    """

    store: Store
    definitions: Definitions
    intake: Intake
    secret: bytes
    public_url: str
    language: str = "id"
    metrics_token: str | None = None

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def lan_warning(self) -> bool:
        return not self.secure_cookies


def make_runtime(
    store: Store, *, secret: bytes, public_url: str, language: str = "id", metrics_token: str | None = None
) -> Runtime:
    """Wires the parts that belong to one store."""
    definitions = definitions_of(store)
    return Runtime(store, definitions, Intake(store, definitions), secret, public_url, language, metrics_token)
