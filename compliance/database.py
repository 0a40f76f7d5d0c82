"""Grants and triggers, made from what each model declares about its rows.

Runs after every migration, as the owner of the tables. The site's role starts from nothing: it may read and insert
everywhere, and change only what a model's `record` names. What may never change is refused by triggers too, so that
even the owner has to drop a trigger first, which leaves a mark.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, models, transaction

from compliance.models.record import Record

OUR_APPS = ("compliance", "prescriptions", "reports")
LEDGER_TABLE = "compliance_ledgerentry"  # written by the function alone
LEDGER_FUNCTION = "ledger_append(uuid, text, text, timestamptz, timestamptz, uuid, bytea)"


def protect_tables(sender: AppConfig, *, using: str = "default", **_: Any) -> None:
    """Give the site's role what the models declare, and no more. Idempotent; receives `post_migrate`.

    All of an app's statements are one transaction: a running site never meets a table without its rights or its
    triggers, nor does a migration that is killed half-way leave one.
    """
    if sender.name not in OUR_APPS and sender.name not in settings.MUTABLE_LIBRARY_APPS:
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in statements(sender):
            cursor.execute(statement)


def statements(app: AppConfig) -> Iterator[str]:
    """The SQL for one app's tables."""
    role = settings.DATABASE_APP_ROLE
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    yield f'GRANT SELECT ON django_migrations TO "{role}"'
    for model in app.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        if app.name in OUR_APPS:
            yield from _grants(model, role)
            yield from _triggers(model)
        else:
            yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{model._meta.db_table}" TO "{role}"'
            yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"'
    if app.name == "compliance":
        yield f'GRANT EXECUTE ON FUNCTION {LEDGER_FUNCTION} TO "{role}"'


def _grants(model: type[models.Model], role: str) -> Iterator[str]:
    table, record = model._meta.db_table, record_of(model)
    yield f'REVOKE ALL ON "{table}" FROM "{role}"'
    if table == LEDGER_TABLE:
        yield f'GRANT SELECT ON "{table}" TO "{role}"'
        return
    yield f'GRANT SELECT, INSERT ON "{table}" TO "{role}"'
    if record.update == ():
        yield f'GRANT UPDATE ON "{table}" TO "{role}"'
    elif record.update:
        columns = ", ".join(f'"{column}"' for column in columns_of(model))
        yield f'GRANT UPDATE ({columns}) ON "{table}" TO "{role}"'
    if record.delete:
        yield f'GRANT DELETE ON "{table}" TO "{role}"'


def _triggers(model: type[models.Model]) -> Iterator[str]:
    table, record = model._meta.db_table, record_of(model)
    for name in ("refuse_change", "refuse_truncate", "set_once"):
        yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
    if record.delete:
        return
    yield (
        f'CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    events = "UPDATE OR DELETE" if record.update is None else "DELETE"
    yield f'CREATE TRIGGER refuse_change BEFORE {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change()'
    if record.set_once:
        columns = ", ".join(f"'{column}'" for column in columns_of(model))
        yield f'CREATE TRIGGER set_once BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION set_once({columns})'


def record_of(model: type[models.Model]) -> Record:
    """What a model declares about its rows."""
    record: Record = model.record  # type: ignore[attr-defined]
    return record


def columns_of(model: type[models.Model]) -> list[str]:
    """The database columns of the fields a model lets change."""
    fields = model._meta.concrete_fields
    columns = {name: field.column or name for field in fields for name in (field.name, field.attname)}
    return [columns[name] for name in record_of(model).update or ()]


def our_models() -> Iterator[type[models.Model]]:
    """Every concrete model of our apps."""
    for label in OUR_APPS:
        yield from apps.get_app_config(label).get_models()
