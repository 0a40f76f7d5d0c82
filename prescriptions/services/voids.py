"""A fact that voids what was issued stamps it in its own transaction, and the pharmacy that holds it is told."""

from uuid import UUID

from compliance.models import PatientFact
from compliance.selectors.facts import Reach, facts_of
from compliance.services.session import Session
from prescriptions.models import Authorization, Confirmation, PharmacyNotice

VOIDING_KINDS = frozenset(
    {
        "test.resulted",
        "test.corrected",
        "test.voided",
        "pregnancy.reported",
        "category.changed",
        "patient.enrolled",
    }
)
"""Kinds of fact that can void; whether one does, the rules say."""


def stamp_voids(session: Session, row: PatientFact) -> None:
    """Stamp every release that the rules now call void. The stamps are for screens: no gate reads them."""
    if row.kind not in VOIDING_KINDS:
        return
    standing = Authorization.objects.filter(
        prescription__patient=row.patient_id, voided_at=None, lapsed_at=None
    ).select_related("prescription")
    by_program: dict[str, list[Authorization]] = {}
    for authorization in standing:
        by_program.setdefault(authorization.prescription.program, []).append(authorization)
    for program, authorizations in by_program.items():
        facts = facts_of(Reach(row.patient_id), program=program)
        for authorization in authorizations:
            if facts.is_void(str(authorization.prescription_id)):
                _void(session, authorization, fact=row.entry_id)


def _void(session: Session, authorization: Authorization, *, fact: UUID) -> None:
    Authorization.objects.filter(pk=authorization.pk, voided_at=None).update(voided_at=session.at, voided_by=fact)
    holders = Confirmation.objects.filter(authorization=authorization, reversed_at=None, replaced_at=None)
    PharmacyNotice.objects.bulk_create(
        PharmacyNotice(authorization=authorization, pharmacy_id=pharmacy, planned_at=session.at)
        for pharmacy in holders.values_list("pharmacy", flat=True).distinct()
    )
