"""Runs migrations on the connection `server.store.migrate` holds, inside its transaction."""

from alembic import context

from server.store import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    **context.config.attributes.get("comparison", {}),
)
context.run_migrations()
