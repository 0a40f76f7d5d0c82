"""Every constraint was tried: the database itself refuses each row that must not be, and lets in the plain one."""

import secrets
from copy import copy
from uuid import uuid4

import psycopg
import pytest
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError, connection, models, transaction

from compliance import clock
from compliance.database import our_models
from compliance.models import LedgerEntry
from tests import life
from tests.factories import make_clinic
from tests.fixtures.clinics import MORNING
from tests.house.forbidden import ALLOWED, BY_THE_OWNER, FORBIDDEN, TWICE

DECLARED = {rule.name: model for model in our_models() for rule in model._meta.constraints}
RULES = {rule.name: rule for model in our_models() for rule in model._meta.constraints}
CHECKS = {name for name, rule in RULES.items() if isinstance(rule, models.CheckConstraint)}
TRIED = [(name, change) for name, changes in FORBIDDEN.items() for change in changes]
ALONE = [
    (model, field)
    for model in our_models()
    for field in model._meta.concrete_fields
    if field.unique and not field.primary_key
]
COUNTS = [
    (model, field)
    for model in our_models()
    for field in model._meta.concrete_fields
    if isinstance(field, models.fields.PositiveIntegerRelDbTypeMixin)
]


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """A plain row of every model, by model; one transaction for the module, rolled back."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True  # as Django's TestCase does, so that durable sessions fit inside
        with clock.moved_to(MORNING), whole:
            yield life.live(make_clinic())
            transaction.set_rollback(True)
        connection.close()


def fresh(row):
    """A copy that shares with the row nothing that alone must be unique."""
    new = copy(row)
    new._state = copy(row._state)
    new._state.fields_cache = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or (field.unique and field.is_relation):
            setattr(new, field.attname, uuid4())
        elif field.unique:
            setattr(new, field.attname, "".join(secrets.choice("0123456789") for _ in range(field.max_length))[:16])
    return new


def changed(row, rows, change):
    new = fresh(row)
    for name, value in change.items():
        if name != TWICE:
            setattr(new, name, value(row, rows) if callable(value) else value)
    return new


def refusal(row):
    """The name of what the database refuses the row for; None where it lets it in. Nothing of it stays."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return None


@pytest.mark.parametrize(("name", "change"), TRIED, ids=[f"{name}-{place}" for place, (name, _) in enumerate(TRIED)])
def test_a_forbidden_row_is_refused(rows, name, change):
    model = DECLARED[name]
    with transaction.atomic():
        if change.get(TWICE):
            assert refusal(changed(rows[model], rows, change)) is None
        assert refusal(changed(rows[model], rows, change)) == name
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(DECLARED.keys() - BY_THE_OWNER))
def test_a_row_beside_it_is_let_in(rows, name):
    model = DECLARED[name]
    with transaction.atomic():
        if isinstance(RULES[name], models.CheckConstraint):
            assert refusal(changed(rows[model], rows, {})) not in CHECKS
        else:
            assert refusal(changed(rows[model], rows, ALLOWED[name])) is None
        transaction.set_rollback(True)


@pytest.mark.parametrize(("model", "field"), ALONE, ids=str)
def test_what_must_be_unique_cannot_be_shared(rows, model, field):
    row = rows[model]
    assert row is not None, f"no row of {model.__name__} in tests/life.py"
    if getattr(row, field.attname) is None:
        row = model.objects.exclude(**{field.attname: None}).first()
    with transaction.atomic():
        assert field.column in refusal(changed(row, rows, {field.attname: getattr(row, field.attname)}))
        transaction.set_rollback(True)


@pytest.mark.parametrize(("model", "field"), COUNTS, ids=str)
def test_what_is_counted_is_not_negative(rows, model, field):
    named = refusal(changed(rows[model], rows, {field.attname: -1}))
    assert named in {f"{model._meta.db_table}_{field.column}_check", *DECLARED}


def test_the_ledger_refuses_entries_at_no_place_twice_and_before_they_happened(owner_connection):
    chain, uuid = uuid4(), uuid4
    head = (chain, "patient", 1, b"", "2027-03-01T14:00:00Z", 0)
    columns = "id, chain_id, seq, kind, program, at, recorded_at, body, previous_hash, hash"
    entry = f"INSERT INTO compliance_ledgerentry ({columns}) VALUES (%s, %s, %s, 'x', '', %s, %s, '', '', '')"  # noqa: S608
    owner_connection.execute(
        "INSERT INTO compliance_chain (id, kind, length, head, last_at, touched) VALUES (%s, %s, %s, %s, %s, %s)", head
    )
    noon, later = "2027-03-01T12:00:00Z", "2027-03-01T13:00:00Z"
    owner_connection.execute(entry, (uuid(), chain, 1, noon, later))
    tried = {
        "ledger_entry_one_per_place": (uuid(), chain, 1, noon, later),
        "ledger_entry_seq_from_one": (uuid(), chain, 0, noon, later),
        "ledger_entry_learnt_after_it_happened": (uuid(), chain, 2, later, noon),
    }
    assert tried.keys() == BY_THE_OWNER
    for name, values in tried.items():
        owner_connection.execute("SAVEPOINT tried")
        with pytest.raises(psycopg.errors.IntegrityError, match=name):
            owner_connection.execute(entry, values)
        owner_connection.execute("ROLLBACK TO tried")


def test_every_declared_constraint_was_tried():
    assert DECLARED.keys() == FORBIDDEN.keys() | BY_THE_OWNER
    several = {name for name, rule in RULES.items() if isinstance(rule, models.UniqueConstraint | ExclusionConstraint)}
    assert several - BY_THE_OWNER == ALLOWED.keys()


def test_every_constraint_of_the_database_was_tried(db):
    query = """
        SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE contype IN ('c', 'u', 'x') AND relname = ANY(%s)
    """
    indexes = "SELECT indexname FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef LIKE 'CREATE UNIQUE%%'"
    tables = [model._meta.db_table for model in our_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"{query} UNION {indexes}", [tables, tables])
        found = {name for (name,) in cursor.fetchall() if not name.endswith("_pkey")}
    counted = {f"{model._meta.db_table}_{field.column}_check" for model, field in COUNTS}
    shared = [(model._meta.db_table, field.column) for model, field in ALONE]
    unknown = {
        name
        for name in found - DECLARED.keys() - counted
        if not any(name.startswith(f"{table}_{column}") for table, column in shared)
    }
    assert not unknown


def test_a_plain_row_of_every_model_is_there(rows):
    assert not [model.__name__ for model, row in rows.items() if row is None]
    assert isinstance(rows[LedgerEntry], LedgerEntry)


def test_every_instant_has_its_constraint():
    for model in our_models():
        said = " ".join(str(rule.deconstruct()) for rule in model._meta.constraints)
        instants = {field.name for field in model._meta.concrete_fields if field.name.endswith("_at")}
        assert not {name for name in instants if name not in said}, model


def test_names_say_what_a_field_holds():
    for model in our_models():
        for field in model._meta.concrete_fields:
            instant, day = isinstance(field, models.DateTimeField), type(field) is models.DateField
            if field.name in {"at", "last_login", "birth_date", "covers_to"}:
                continue
            assert field.name.endswith("_at") == instant, field
            assert field.name.endswith("_on") == day, field
