"""How a QR code sets up stock ODK Collect: which settings an office and a phone may choose, and the code's text.

Keys and values are those of Collect's client-settings schema (openrosa.md section 9).
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

Chosen = Mapping[str, str]
"""{setting: value}, each value one of the setting's choices or a text; what is absent takes the default."""

YES, NO = "ya", "tidak"
SWITCH = (YES, NO)
MOST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting to choose. `choices` is empty for a text; `locks` is set for what Collect keeps in its section
    `admin`, where a switch says whether the officer may do it."""

    name: str
    default: str
    choices: tuple[str, ...] = SWITCH
    locks: bool = False

    @property
    def is_switch(self) -> bool:
        return self.choices is SWITCH


# Forms arrive and answers leave by themselves; sent forms stay on the phone, because a returned report is corrected
# there (ruling 51); nothing is told to others; the server and what is collected are not changed by hand.
SETTINGS = (
    Setting("form_update_mode", "match_exactly", ("match_exactly", "previously_downloaded", "manual")),
    Setting(
        "periodic_form_updates_check",
        "every_fifteen_minutes",
        ("every_fifteen_minutes", "every_one_hour", "every_six_hours", "every_24_hours"),
    ),
    Setting("autosend", "wifi_and_cellular", ("wifi_and_cellular", "wifi_only", "cellular_only", "off")),
    Setting("delete_send", NO),
    Setting("image_size", "medium", ("original_image_size", "large", "medium", "small", "very_small")),
    Setting("high_resolution", NO),
    # `in` is Android's code for Indonesian; the empty one leaves the phone's own language.
    Setting("app_language", "in", ("in", "en", "")),
    Setting("font_size", "21", ("13", "17", "21", "25", "29")),
    Setting("navigation", "swipe_buttons", ("swipe_buttons", "swipe", "buttons")),
    Setting("constraint_behavior", "on_swipe", ("on_swipe", "on_finalize")),
    Setting("guidance_hint", "yes_collapsed", ("yes_collapsed", "yes", "no")),
    Setting("basemap_source", "osm", ("osm", "google", "mapbox", "usgs", "carto")),
    Setting("analytics", NO),
    Setting("metadata_phonenumber", "", ()),
    Setting("metadata_email", "", ()),
    Setting("admin_pw", "", (), locks=True),
    Setting("change_server", NO, locks=True),
    Setting("get_blank", NO, locks=True),
    Setting("delete_saved", NO, locks=True),
    Setting("edit_saved", YES, locks=True),
    Setting("access_settings", YES, locks=True),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
# What is locked whenever the general setting of that meaning is the office's.
_LOCKED = ("form_update_mode", "change_autosend", "delete_after_send")


def checked(given: Chosen) -> dict[str, str]:
    """What was chosen, unknown settings left out. Raises ValueError with the name of a setting of a wrong value."""
    found = {}
    for name, value in given.items():
        setting = BY_NAME.get(name)
        if setting is None:
            continue
        text = value.strip()
        if setting.choices and text not in setting.choices:
            raise ValueError(name)
        if not setting.choices and (len(text) > MOST_TEXT or not text.isprintable()):
            raise ValueError(name)
        found[name] = text
    return found


def collect_settings(
    server_url: str,
    project_name: str,
    username: str = "",
    chosen: Chosen | None = None,
    *,
    login: tuple[str, str] | None = None,
) -> dict[str, dict[str, object]]:
    """A managed profile. `server_url` carries the phone's token, or `login` is the user name and password it logs in
    with; `username` fills the preload of that name; `chosen` is what the office and the phone set."""
    values = {setting.name: setting.default for setting in SETTINGS} | dict(chosen or {})
    general: dict[str, object] = {"server_url": server_url, "hide_old_form_versions": True}
    if values["form_update_mode"] == "previously_downloaded":
        general["automatic_update"] = True
    if login:
        general |= {"username": login[0], "password": login[1]}
    if username:
        general["metadata_username"] = username
    admin: dict[str, object] = dict.fromkeys(_LOCKED, False)
    for setting in SETTINGS:
        value = values[setting.name]
        if value != "":
            (admin if setting.locks else general)[setting.name] = value == YES if setting.is_switch else value
    project: dict[str, object] = {"name": project_name}
    return {"general": general, "admin": admin, "project": project}


def settings_qr_text(settings: Mapping[str, object]) -> str:
    """What a settings QR code holds: base64 of zlib of JSON, as Collect's scanner expects it."""
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return base64.b64encode(packed).decode("ascii")
