"""What the pages need from the one who wires them (`server.app`)."""

from typing import Protocol

from server.actions.receive_submission import Intake
from server.queries.definitions import Definitions, Store


class Runtime(Protocol):
    """Plain values of this installation.

    `secret`: key of the phones' tokens. `public_url`: address people and phones use, without closing
    slash. `secure_cookies`: False only on a private address over plain http (ruling 42), then
    `lan_warning` is shown to admins. `language`: 'id' or 'en' for people who have not chosen.
    """

    @property
    def store(self) -> Store: ...
    @property
    def definitions(self) -> Definitions: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def secret(self) -> bytes: ...
    @property
    def public_url(self) -> str: ...
    @property
    def secure_cookies(self) -> bool: ...
    @property
    def language(self) -> str: ...
    @property
    def lan_warning(self) -> bool: ...
