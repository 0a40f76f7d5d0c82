"""What a model declares about its rows is what the database does: grants, triggers, and refusals by both roles."""

import psycopg
import pytest
from django.db import connection

from compliance.database import LEDGER_TABLE, columns_of, our_models, record_of
from tests import life
from tests.factories import make_clinic

APP = "holdfast_app"
NEVER = ("TRUNCATE", "REFERENCES", "TRIGGER")
MODELS = list(our_models())
APPEND_ONLY = [model for model in MODELS if record_of(model).update is None]
KEPT = [model for model in MODELS if not record_of(model).delete]
STAMPED = [model for model in MODELS if record_of(model).set_once]


def name(model):
    return model._meta.db_table


def asked(cursor, query, *values):
    cursor.execute(query, values)
    return cursor.fetchall()


def privileges(cursor, table):
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE", *NEVER)
    query = "SELECT has_table_privilege(%s, %s, %s)"
    return {kind for kind in kinds if asked(cursor, query, APP, table, kind)[0][0]}


def updatable(cursor, model):
    query = "SELECT has_column_privilege(%s, %s, %s, 'UPDATE')"
    columns = [field.column for field in model._meta.concrete_fields]
    return {column for column in columns if asked(cursor, query, APP, name(model), column)[0][0]}


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_the_sites_role_may_do_what_is_declared_and_no_more(db, model):
    record, table = record_of(model), name(model)
    expected = {"SELECT", "INSERT"} - ({"INSERT"} if table == LEDGER_TABLE else set())
    expected |= {"DELETE"} if record.delete else set()
    columns = set(columns_of(model))
    if record.update == ():
        expected.add("UPDATE")
        columns = {field.column for field in model._meta.concrete_fields}
    with connection.cursor() as cursor:
        assert privileges(cursor, table) == expected
        assert updatable(cursor, model) == columns


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_the_triggers_are_those_that_are_declared(db, model):
    record = record_of(model)
    change = "BEFORE DELETE" if record.update is not None else "BEFORE DELETE OR UPDATE"
    expected = set()
    if not record.delete:
        expected = {
            f"{change} ON public.{name(model)} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"BEFORE TRUNCATE ON public.{name(model)} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        }
    if record.set_once:
        stamps = ", ".join(f"'{column}'" for column in columns_of(model))
        expected.add(f"BEFORE UPDATE ON public.{name(model)} FOR EACH ROW EXECUTE FUNCTION set_once({stamps})")
    query = """
        SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal
    """
    with connection.cursor() as cursor:
        found = asked(cursor, query, name(model))
    assert {definition.split(" ", 3)[3] for definition, _ in found} == expected
    assert all(enabled == "O" for _, enabled in found)


def test_every_table_of_ours_is_a_models(db):
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(compliance|prescriptions)_'"
    with connection.cursor() as cursor:
        tables = {table for (table,) in asked(cursor, query)}
    assert tables == {name(model) for model in MODELS}


def test_the_sites_role_owns_nothing_and_cannot_become_somebody_else(db):
    query = """
        SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication,
               pg_has_role(%s, 'holdfast_owner', 'MEMBER'),
               EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid),
               has_schema_privilege(%s, 'public', 'CREATE')
        FROM pg_roles WHERE rolname = %s
    """
    with connection.cursor() as cursor:
        assert asked(cursor, query, APP, APP, APP) == [(False, False, False, False)]
        assert asked(cursor, "SELECT current_user") == [(APP,)]


def test_only_the_one_function_runs_as_the_owner_and_its_search_path_is_fixed(db):
    query = """
        SELECT proname, proconfig FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname = 'public' AND prosecdef
    """
    with connection.cursor() as cursor:
        assert asked(cursor, query) == [("ledger_append", ["search_path=public, pg_temp"])]


@pytest.fixture
def lived(cloned_database):
    """A database with committed rows of every model."""
    return cloned_database, life.live(make_clinic())


def refused(connection, statement, reason):
    """Whether the database refuses a statement for this reason; nothing of it stays."""
    with pytest.raises(psycopg.Error, match=reason):
        connection.execute(statement)
    connection.rollback()
    return True


def test_what_is_kept_can_be_neither_deleted_nor_emptied(lived):
    clone, _ = lived
    with clone.as_app() as app, clone.as_owner() as owner:
        for model in KEPT:
            assert refused(app, f'DELETE FROM "{name(model)}"', "permission denied")  # noqa: S608 - our own tables
            assert refused(owner, f'DELETE FROM "{name(model)}"', "append-only")  # noqa: S608
            assert refused(app, f'TRUNCATE "{name(model)}" CASCADE', "permission denied")
            assert refused(owner, f'TRUNCATE "{name(model)}" CASCADE', "append-only")


def test_what_is_append_only_can_be_changed_by_nobody(lived):
    clone, rows = lived
    with clone.as_app() as app, clone.as_owner() as owner:
        for model in APPEND_ONLY:
            assert rows[model] is not None, model
            for field in model._meta.concrete_fields:
                change = f'UPDATE "{name(model)}" SET "{field.column}" = "{field.column}"'  # noqa: S608
                assert refused(app, change, "permission denied")
                assert refused(owner, change, "append-only")


def test_what_is_stamped_can_be_changed_in_no_other_column(lived):
    clone, _ = lived
    with clone.as_app() as app, clone.as_owner() as owner:
        for model in STAMPED:
            others = {field.column for field in model._meta.concrete_fields} - set(columns_of(model))
            assert others
            for column in others:
                null = f'UPDATE "{name(model)}" SET "{column}" = NULL WHERE "{column}" IS NOT NULL'  # noqa: S608
                assert refused(app, null, "permission denied")
                with owner.cursor() as cursor:
                    cursor.execute(f'SELECT count(*) FROM "{name(model)}" WHERE "{column}" IS NOT NULL')  # noqa: S608
                    (filled,) = cursor.fetchone()
                assert not filled or refused(owner, null, "may only be stamped")


def test_a_stamp_is_set_once_also_by_the_owner(lived):
    clone, rows = lived
    entry = next(row for model, row in rows.items() if name(model) == LEDGER_TABLE)
    later = "timestamptz '2999-01-01'"
    values = {"withdrawn_reason": "'mistake'", "voided_by_id": f"'{entry.pk}'::uuid"}
    together = [{"withdrawn_at", "withdrawn_reason"}, {"voided_at", "voided_by_id"}]
    with clone.as_owner() as owner:
        for model in STAMPED:
            for column in columns_of(model):
                pair = next((pair for pair in together if column in pair), {column})
                stamp = ", ".join(f"{one} = {values.get(one, later)}" for one in sorted(pair))
                row = f"WHERE id = '{rows[model].pk}'"
                first = owner.execute(f'UPDATE "{name(model)}" SET {stamp} {row}')  # noqa: S608
                assert first.rowcount == 1
                again = values.get(column, later).replace("mistake", "changed").replace("2999", "3000")
                owner.execute("SAVEPOINT once")
                for other in (again, "NULL"):
                    if other != values.get(column):
                        with pytest.raises(psycopg.Error, match="already set"):
                            owner.execute(f'UPDATE "{name(model)}" SET {column} = {other} {row}')  # noqa: S608
                        owner.execute("ROLLBACK TO once")
                owner.rollback()
