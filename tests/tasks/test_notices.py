"""The site that holds a voided number is told by mail, once, and learns nothing about whom."""

from datetime import timedelta
from smtplib import SMTPException
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from compliance import clock
from compliance.models import Outbox
from compliance.services.jobs import Budget
from prescriptions import tasks
from prescriptions.models import PharmacyNotice
from prescriptions.services import sweep, write
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def voided(clinic):
    """A number that a pharmacy had confirmed, void because of a positive test."""
    confirmation = make.make_confirmed(clinic)
    make.make_test(clinic, confirmation.authorization.prescription.patient, result="positive")
    return confirmation


def sweep_notices():
    return sweep.sweep_notices(budget=Budget.of(30))


def test_the_holder_is_mailed_once(clinic, voided):
    sweep_notices()
    sweep_notices()
    tasks.send_notice(str(PharmacyNotice.objects.get().pk))

    assert [message.to for message in mail.outbox] == [[clinic.pharmacy.email]]
    assert PharmacyNotice.objects.get().sent_at == clock.now()


def test_the_mail_names_no_patient_no_number_and_no_reason(voided):
    sweep_notices()

    patient = voided.authorization.prescription.patient
    said = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    secrets = [patient.code, patient.family_name, voided.number, voided.authorization.number, "positive", "pregnan"]
    assert [secret for secret in secrets if secret in said] == []
    assert "Do not dispense under it" in said


def test_a_refused_mail_is_tried_again_after_five_minutes(voided):
    with patch.object(EmailBackend, "send_messages", side_effect=SMTPException):
        sweep_notices()
    assert PharmacyNotice.objects.get().sent_at is None

    sweep_notices()
    assert mail.outbox == []
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        sweep_notices()

    assert len(mail.outbox) == 1


def test_after_many_attempts_it_is_tried_hourly(voided):
    PharmacyNotice.objects.update(attempts=10, claimed_at=clock.now())
    with clock.moved_to(clock.now() + timedelta(minutes=59)):
        sweep_notices()
        assert mail.outbox == []
    with clock.moved_to(clock.now() + timedelta(minutes=60)):
        sweep_notices()
    assert len(mail.outbox) == 1


def test_withdrawn_first_and_voided_later_tells_once_and_keeps_the_fact(clinic):
    confirmation = make.make_confirmed(clinic)
    prescription = confirmation.authorization.prescription
    write.withdraw(prescription.pk, by=clinic.doctor, reason="not-needed")

    make.make_test(clinic, prescription.patient, result="positive")
    sweep_notices()

    assert prescription.patient.pregnancytests.filter(result="positive").exists()
    assert len(mail.outbox) == 1


def test_the_demonstration_keeps_what_was_sent(voided, settings):
    settings.EMAIL_BACKEND = "compliance.mail.OutboxBackend"
    sweep_notices()

    kept = Outbox.objects.get()
    assert (kept.to, kept.subject, kept.body) == (
        mail.outbox[0].to[0],
        mail.outbox[0].subject,
        mail.outbox[0].body,
    )


def test_what_was_refused_is_not_kept(voided, settings):
    settings.EMAIL_BACKEND = "compliance.mail.OutboxBackend"
    with patch.object(EmailBackend, "send_messages", side_effect=SMTPException):
        sweep_notices()
    assert not Outbox.objects.exists()
