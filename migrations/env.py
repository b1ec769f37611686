"""Runs the migrations on the connection it is given; `flask --app app release` is the way to call it."""

from alembic import context

from adapters.ledger.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
)
with context.begin_transaction():
    context.run_migrations()
