"""Programs certify prescribers and pharmacies, and take that back."""

from datetime import datetime

from django.db import transaction

from compliance.models import Chain, Pharmacy, PharmacyCertificate, Practice, Prescriber, PrescriberCertificate, User
from compliance.services import audit
from compliance.services.ledger import open_chain
from compliance.services.session import owner_session


def register_prescriber(user: User, *, by: User | None, practice: Practice, identifier: str) -> Prescriber:
    """Make a user a prescriber, not yet certified by any program."""
    prescriber = Prescriber(user=user, practice=practice, identifier=identifier)
    with transaction.atomic():
        open_chain(Chain.Kind.PRESCRIBER, prescriber.pk)
        prescriber.save(force_insert=True)
        audit.note(audit.PROGRAM_OFFICE, "prescriber-registered", by=by, about={"prescriber": prescriber.pk})
    return prescriber


def register_pharmacy(*, by: User | None, name: str, phone: str, email: str, zone: str) -> Pharmacy:
    """Make a dispensing site known, not yet certified by any program."""
    pharmacy = Pharmacy(name=name, phone=phone, email=email, zone=zone)
    with transaction.atomic():
        open_chain(Chain.Kind.PHARMACY, pharmacy.pk)
        pharmacy.save(force_insert=True)
        audit.note(audit.PROGRAM_OFFICE, "pharmacy-registered", by=by, about={"pharmacy": pharmacy.pk})
    return pharmacy


def certify_prescriber(
    prescriber: Prescriber, *, by: User | None, program: str, certified: bool = True, at: datetime | None = None
) -> PrescriberCertificate:
    """From `at` (left out: from now) on, the program certifies the prescriber, or no longer does."""
    certificate = PrescriberCertificate(prescriber=prescriber, program=program, certified=certified)
    with owner_session(prescriber.pk, by=by) as session:
        session.record(certificate, at=at)
    return certificate


def certify_pharmacy(
    pharmacy: Pharmacy, *, by: User | None, program: str, certified: bool = True, at: datetime | None = None
) -> PharmacyCertificate:
    """The same for a site; its zone at this moment goes on record with the certificate."""
    certificate = PharmacyCertificate(pharmacy=pharmacy, program=program, certified=certified, zone=pharmacy.zone)
    with owner_session(pharmacy.pk, by=by) as session:
        session.record(certificate, at=at)
    return certificate
