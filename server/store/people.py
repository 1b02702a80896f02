"""Actors (people and phones), their roles, sessions and failed log-ins."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from server.store.schema import metadata

# As in ODK Central an actor is a user, an app user ('field_key', one phone) or a public link; ids are shared.
actor = Table(
    "actor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("type", Text, CheckConstraint("type IN ('user', 'field_key', 'public_link')", name="type"), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text),
    Column("deleted_at", Text),
)

# `login` is an e-mail address, NIP or phone number, lower case (ruling 41). `collect_nonce` is set while the account
# has a password for ODK Collect, which is made of it (decision 25).
user = Table(
    "user_account",
    metadata,
    Column("actor_id", ForeignKey("actor.id"), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Integer, nullable=False, server_default="0"),
    Column("language", Text, nullable=False, server_default="id"),
    Column("disabled_at", Text),
    Column("last_login_at", Text),
    Column("collect_nonce", Text),
)

# project_id NULL = every project (only 'admin'); unit NULL = the whole project.
grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("actor_id", ForeignKey("actor.id"), nullable=False),
    Column("project_id", ForeignKey("project.id")),
    Column("role", Text, nullable=False),
    Column("unit", Text),
    UniqueConstraint("actor_id", "project_id", "role", "unit"),
    Index(None, "project_id", "role"),
)

# A phone. The token is HMAC(secret key, id and nonce), so it can be shown again but is not kept;
# `token_hash` is its SHA-256, NULL once revoked. `forms`: it fills 'all' forms of its project, also later ones, or the
# 'chosen' ones of form_access; 'unset' is all until a program chooses the first. `settings` are what this phone's QR
# code sets otherwise than the office's.
app_user = Table(
    "app_user",
    metadata,
    Column("actor_id", ForeignKey("actor.id"), primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("nonce", Text, nullable=False),
    Column("token_hash", Text, unique=True),
    Column("officer_id", ForeignKey("actor.id")),
    Column("shift", Text),
    Column("created_by", Integer),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    Column(
        "forms",
        Text,
        CheckConstraint("forms IN ('all', 'unset', 'chosen')", name="forms"),
        nullable=False,
        server_default="all",
    ),
    Column("settings", Text, nullable=False, server_default="{}"),
    Index(None, "project_id"),
)

# The forms a phone with `forms` = 'chosen' may fill.
form_access = Table(
    "form_access",
    metadata,
    Column("actor_id", ForeignKey("actor.id"), primary_key=True),
    Column("form_id", ForeignKey("form.id"), primary_key=True),
    Index(None, "form_id"),
)

# An address that lets anybody fill one form. Its token is made and kept as a phone's; `once` is Central's word for a
# link that is meant to be used one time.
public_link = Table(
    "public_link",
    metadata,
    Column("actor_id", ForeignKey("actor.id"), primary_key=True),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("nonce", Text, nullable=False),
    Column("token_hash", Text, unique=True),
    Column("once", Integer, nullable=False, server_default="0"),
    Column("created_by", Integer, nullable=False),
    Column("revoked_at", Text),
    Index(None, "form_id"),
)

# The key is the SHA-256 of the bearer token or cookie value.
session = Table(
    "session",
    metadata,
    Column("key", Text, primary_key=True),
    Column("actor_id", ForeignKey("actor.id"), nullable=False),
    Column("kind", Text, CheckConstraint("kind IN ('web', 'api')", name="kind"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index(None, "actor_id"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index(None, "login", "at"),
    Index(None, "address", "at"),
)

# An officer who is away from a day until a day, both included, and who stands in (ruling 41). Days are local to the
# project; one that was called off has `ended_at`. `stands`: the deputy's phones hold the officer's cases now.
absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("officer_id", ForeignKey("actor.id"), nullable=False),
    Column("deputy_id", ForeignKey("actor.id"), nullable=False),
    Column("from_day", Text, nullable=False),
    Column("until_day", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer, nullable=False),
    Column("ended_at", Text),
    Column("stands", Integer, nullable=False, server_default="0"),
    Index(None, "deputy_id", "until_day"),
    Index(None, "project_id", "until_day"),
)
