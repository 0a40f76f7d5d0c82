"""What is known is kept as bytes in a chain that the database links and Python can check."""

import hashlib
import json

import pytest
from django.db import IntegrityError, connection, transaction

from compliance import clock
from compliance.database import our_models
from compliance.models import Chain, LedgerEntry, LedgerFact, TreatmentChange
from compliance.models.instants import utc_text
from compliance.rules.wire import FACTS
from compliance.services import ledger
from compliance.services.session import owner_session, patient_session
from tests import life
from tests.factories import make_patient


def typed_rows():
    """Every row of every kind of fact."""
    for model in our_models():
        if issubclass(model, LedgerFact):
            yield from model.objects.select_related("entry").order_by("recorded_at")


def link_of(entry):
    """The hash an entry must have, from what it says and the hash before it."""
    actor = entry.actor_id.bytes if entry.actor_id else b"\0"
    said = hashlib.sha256(entry.program.encode()).digest() + hashlib.sha256(bytes(entry.body)).digest()
    return hashlib.sha256(bytes(entry.previous_hash) + entry.seq.to_bytes(8) + actor + said).digest()


@pytest.fixture
def told(clinic):
    """Every kind of fact, on record."""
    return life.tell_everything(clinic)


def test_every_fact_of_the_contract_can_be_told(told):
    kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert set(FACTS) <= kinds


def test_the_bytes_kept_are_those_of_the_typed_row(told):
    rows = list(typed_rows())
    assert {row.kind for row in rows} == set(FACTS)
    for row in rows:
        row.refresh_from_db()
        assert bytes(row.entry.body) == ledger.canonical(ledger.fact_step(row)), row.kind
        assert (row.entry.kind, row.entry.at, row.entry.recorded_at) == (row.kind, row.at, row.recorded_at)
        assert row.entry.actor_id == row.recorded_by_id
        assert row.entry.program == getattr(row, "program", "")
        assert row.entry.chain_id == row.chain_id


def test_every_fact_on_a_chain_has_exactly_one_typed_row(told):
    of_rows = sorted(row.entry_id for row in typed_rows())
    of_facts = sorted(LedgerEntry.objects.filter(kind__in=FACTS).values_list("pk", flat=True))
    assert of_rows == of_facts


def test_python_finds_the_same_links_as_the_database(told):
    for chain in Chain.objects.all():
        head = ledger.genesis(chain.kind, chain.pk)
        entries = list(chain.entries.order_by("seq"))
        assert [entry.seq for entry in entries] == list(range(1, chain.length + 1))
        for entry in entries:
            assert bytes(entry.previous_hash) == head
            head = link_of(entry)
            assert bytes(entry.hash) == head
        assert bytes(chain.head) == head
        assert chain.last_at == (entries[-1].recorded_at if entries else None)


def test_another_word_in_a_body_would_break_the_chain(told):
    entry = LedgerEntry.objects.filter(kind="test.resulted").first()
    entry.body = bytes(entry.body).replace(b"negative", b"positive")
    assert link_of(entry) != bytes(entry.hash)


def test_an_empty_chain_is_headed_by_its_owners_name(clinic):
    patient = make_patient(clinic)
    named = hashlib.sha256(f"patient:{patient.pk}".encode()).digest()
    assert bytes(LedgerEntry.objects.get(chain=patient.pk, seq=1).previous_hash) == named


def test_canonical_bytes_do_not_depend_on_the_order_of_keys():
    assert ledger.canonical({"b": 1, "a": "é"}) == ledger.canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


def test_canonical_bytes_hold_no_number_that_is_none():
    with pytest.raises(ValueError, match="JSON"):
        ledger.canonical({"sensitivity": float("nan")})


def test_an_instant_is_written_in_utc(morning):
    assert utc_text(morning) == "2027-03-01T14:00:00Z"


def test_a_chain_does_not_go_back_in_time(clinic, morning):
    with owner_session(clinic.pharmacy.pk, by=None) as held:
        held.at = morning.replace(hour=8)
        with pytest.raises(IntegrityError, match="back in time"), transaction.atomic():
            held.append("note.test", program="", at=held.at, step={})
        held.at = morning
        assert held.append("note.test", program="", at=held.at, step={})[1] == 2


def test_nothing_is_appended_to_a_chain_that_does_not_exist(clinic, morning):
    missing = make_patient(clinic).pk
    missing = missing.__class__(int=missing.int ^ 1)
    with pytest.raises(IntegrityError, match="no chain"), transaction.atomic():
        ledger.append(missing, kind="x", program="", at=morning, recorded_at=morning, actor=None, step={})


def test_what_was_learnt_later_says_so(clinic, morning):
    patient = make_patient(clinic)
    with patient_session(patient.pk, by=clinic.doctor) as held:
        held.record(TreatmentChange(patient=patient, program="us-pomalidomide", change="started"), at=morning)
    with clock.moved_to(morning.replace(hour=12)), patient_session(patient.pk, by=clinic.doctor) as held:
        late = held.record(TreatmentChange(patient=patient, program="us-pomalidomide", change="stopped"), at=morning)
    step = json.loads(bytes(LedgerEntry.objects.get(pk=late.entry_id).body))
    assert step == {
        "fact": "treatment.stopped",
        "at": "2027-03-01T14:00:00Z",
        "recorded_at": "2027-03-01T17:00:00Z",
    }


def test_the_sites_role_moves_no_head_and_writes_no_entry_by_itself(clinic):
    forbidden = [
        "UPDATE compliance_chain SET length = length + 1",
        "UPDATE compliance_chain SET head = ''",
        "DELETE FROM compliance_chain",
        "INSERT INTO compliance_ledgerentry SELECT * FROM compliance_ledgerentry",
    ]
    for statement in forbidden:
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_chain SET touched = 1")
        assert cursor.rowcount > 0
