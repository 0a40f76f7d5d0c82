"""One owner, one writer; the moment is read under the locks."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance import clock
from compliance.models import AbnormalMenses, Chain, LedgerEntry
from compliance.services import audit, record_evidence, session
from compliance.services.session import NoSuchChain, patient_session
from tests.factories import make_clinic, make_patient


def locks(queries):
    """The chains that were locked, in order, as (key, strength)."""
    statements = [query["sql"] for query in queries if "compliance_chain" in query["sql"] and " FOR " in query["sql"]]
    return [(UUID(sql.split("'")[1]), sql.split("'::uuid ")[-1].strip()) for sql in statements]


def test_the_moment_is_the_clocks(clinic, morning):
    patient = make_patient(clinic)
    with patient_session(patient.pk, by=None) as held:
        assert held.at == morning


def test_the_moment_never_goes_back(clinic, morning):
    patient = make_patient(clinic)
    with clock.moved_to(morning - timedelta(hours=3)), patient_session(patient.pk, by=None) as held:
        assert held.at == morning


def test_the_moment_is_not_before_what_a_pharmacy_learnt(clinic, morning):
    patient = make_patient(clinic)
    later = morning + timedelta(hours=1)
    with clock.moved_to(later), session.owner_session(clinic.pharmacy.pk, by=None) as held:
        held.append("note.test", program="", at=held.at, step={})
    with patient_session(patient.pk, by=None, also=(clinic.pharmacy.pk,)) as held:
        assert held.at == later


def test_it_locks_patient_then_prescriber_then_pharmacy_and_only_then_reads_the_clock(clinic, monkeypatch):
    patient = make_patient(clinic)
    also = (clinic.prescriber.pk, clinic.pharmacy.pk)
    with CaptureQueriesContext(connection) as captured:

        def read_clock():
            assert len(locks(captured.captured_queries)) == 3
            return clock.now()

        monkeypatch.setattr("compliance.clock.database_now", read_clock)
        with patient_session(patient.pk, by=None, also=also):
            pass
    assert locks(captured.captured_queries) == [
        (patient.pk, "FOR UPDATE"),
        (clinic.prescriber.pk, "FOR SHARE"),
        (clinic.pharmacy.pk, "FOR SHARE"),
    ]


def test_it_says_how_far_each_chain_reached(clinic):
    patient = make_patient(clinic)
    with patient_session(patient.pk, by=None, also=(clinic.prescriber.pk,)) as held:
        assert held.seqs == {patient.pk: 1, clinic.prescriber.pk: 1}
        held.record(AbnormalMenses(patient=patient))
        assert held.seqs[patient.pk] == 2


def test_an_unknown_owner_cannot_be_locked(morning):
    with pytest.raises(NoSuchChain), patient_session(uuid4(), by=None):
        pass


def test_a_fact_of_somebody_else_is_refused(clinic):
    patient, stranger = make_patient(clinic), make_patient(clinic)
    with pytest.raises(ValueError, match="somebody else's chain"), patient_session(patient.pk, by=None) as held:
        held.record(AbnormalMenses(patient=stranger))
    assert not AbnormalMenses.objects.exists()


def test_an_error_undoes_everything_the_session_wrote(clinic):
    patient = make_patient(clinic)
    before = LedgerEntry.objects.count()

    def fail_after_writing():
        with patient_session(patient.pk, by=None) as held:
            held.record(AbnormalMenses(patient=patient))
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_writing()
    assert LedgerEntry.objects.count() == before
    assert not AbnormalMenses.objects.exists()


def test_a_session_cannot_be_part_of_another_transaction(cloned_database):
    patient = make_patient(make_clinic())
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), patient_session(patient.pk, by=None):
        pass


def test_a_second_writer_waits_until_the_first_is_done_and_then_sees_its_fact(cloned_database):
    patient = make_patient(make_clinic())
    written, seen = threading.Event(), []

    def write_second():
        written.wait(5)
        try:
            with patient_session(patient.pk, by=None) as held:
                seen.append((held.seqs[patient.pk], AbnormalMenses.objects.count()))
        finally:
            connection.close()

    second = threading.Thread(target=write_second)
    second.start()
    with patient_session(patient.pk, by=None) as held:
        held.record(AbnormalMenses(patient=patient))
        written.set()
        second.join(0.3)
        assert second.is_alive(), "it did not wait for the lock"
    second.join(10)
    assert seen == [(2, 1)]


def test_a_certificate_cannot_be_taken_back_while_a_gate_reads_it(cloned_database):
    clinic = make_clinic()
    patient = make_patient(clinic)
    refused = []

    def take_back():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            with session.owner_session(clinic.pharmacy.pk, by=None):
                pass
        except DatabaseError as error:
            refused.append(error)
        finally:
            connection.close()

    with patient_session(patient.pk, by=None, also=(clinic.pharmacy.pk,)):
        other = threading.Thread(target=take_back)
        other.start()
        other.join(10)
    assert "lock timeout" in str(refused[0])


def test_two_gates_may_read_one_certificate_at_once(cloned_database):
    clinic = make_clinic()
    first, second = make_patient(clinic), make_patient(clinic)
    got = []

    def read_too():
        try:
            with patient_session(second.pk, by=None, also=(clinic.pharmacy.pk,)) as held:
                got.append(held.at)
        finally:
            connection.close()

    with patient_session(first.pk, by=None, also=(clinic.pharmacy.pk,)):
        other = threading.Thread(target=read_too)
        other.start()
        other.join(10)
        assert len(got) == 1


def test_what_happened_tomorrow_is_refused(clinic, morning):
    patient = make_patient(clinic)
    with pytest.raises(ValueError, match="recorded_at"):
        record_evidence.report_abnormal_menses(patient.pk, by=None, at=morning + timedelta(seconds=1))
    assert record_evidence.report_abnormal_menses(patient.pk, by=None, at=morning).at == morning


def test_fractions_of_a_second_are_refused(clinic, morning):
    patient = make_patient(clinic)
    with pytest.raises(ValueError, match="whole"):
        record_evidence.report_abnormal_menses(patient.pk, by=None, at=morning - timedelta(microseconds=1))
    with pytest.raises(ValueError, match="aware"):
        record_evidence.report_abnormal_menses(patient.pk, by=None, at=morning.replace(tzinfo=None))


def test_an_audit_note_needs_the_transaction_of_what_it_notes(cloned_database):
    with pytest.raises(RuntimeError, match="transaction"):
        audit.note(uuid4(), "nothing", by=None, about={})
    assert not Chain.objects.exists()
