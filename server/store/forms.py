"""Forms, their versions and media."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from server.store.schema import metadata

# `draft_token` is in the address at which a phone tries the draft without log-in; it stays while the draft is replaced.
form = Table(
    "form",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("xml_form_id", Text, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('open', 'closing', 'closed')", name="state"),
        nullable=False,
        server_default="open",
    ),
    Column("current_version_id", Integer),
    Column("draft_version_id", Integer),
    Column("draft_token", Text),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    Column("updated_at", Text),
    UniqueConstraint("project_id", "xml_form_id"),
    Index(None, "draft_token", unique=True),
)

# One row per uploaded definition. `xform` is the exact bytes phones download (md5 = formList hash);
# `schema` and `entities` are forms.schema / forms.entities as JSON; `xlsx` the workbook it was made of, as it is read.
# `uploaded` is the file exactly as it came, `ending` its kind (forms.uploads); NULL: nothing but `xform` was kept.
form_version = Table(
    "form_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("version", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("xform", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("schema", Text, nullable=False),
    Column("entities", Text, nullable=False, server_default="[]"),
    Column("xlsx", Text),
    Column("uploaded", Text),
    Column("ending", Text),
    Column("itemsets", Text),
    Column("warnings", Text, nullable=False, server_default="[]"),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    Column("published_at", Text),
    Column("published_by", Integer),
    Index(None, "form_id", "version"),
    Index(None, "form_id", "published_at"),
)

# A file a form version names: a blob uploaded for it, or an entity list served per phone.
form_media = Table(
    "form_media",
    metadata,
    Column("form_version_id", ForeignKey("form_version.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("blob", Text),
    Column("md5", Text),
    Column("size", Integer),
    Column("entity_list", Text),
    Column("updated_at", Text),
)

# Shared media of the whole project, made from kantor.xlsx (areas, institutions, officers; ruling 37).
project_media = Table(
    "project_media",
    metadata,
    Column("project_id", ForeignKey("project.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("blob", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("updated_at", Text, nullable=False),
)
