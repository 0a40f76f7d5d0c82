"""A fact that voids what was issued stamps it in its own transaction, and the pharmacy that holds it is told."""

from functools import partial
from uuid import UUID

from django.db import transaction

from compliance.models import PatientFact
from compliance.rules.question import void_place
from compliance.selectors.facts import Reach, facts_of
from compliance.services.session import Session
from prescriptions.models import Authorization, Confirmation, PharmacyNotice
from prescriptions.services.acts import stamp
from prescriptions.services.doorbell import ring_for_notices

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


def stamp_voids(session: Session, row: PatientFact) -> int:
    """Stamp every release that the rules now call void. The stamps are for screens: no gate reads them.

    Returns how many were stamped.
    """
    if row.kind not in VOIDING_KINDS:
        return 0
    standing = Authorization.objects.filter(
        prescription__patient=row.patient_id, voided_at=None, lapsed_at=None
    ).select_related("prescription")
    by_program: dict[str, list[Authorization]] = {}
    for authorization in standing:
        by_program.setdefault(authorization.prescription.program, []).append(authorization)
    voided = 0
    for program, authorizations in by_program.items():
        facts = facts_of(Reach(row.patient_id), program=program)
        for authorization in authorizations:
            released = facts.prescriptions.authorizations[str(authorization.prescription_id)]
            if void_place(facts, released) is not None:
                _void(session, authorization, fact=row.entry_id)
                voided += 1
    return voided


def _void(session: Session, authorization: Authorization, *, fact: UUID) -> None:
    stamp(
        Authorization.objects.filter(pk=authorization.pk, voided_at=None),
        voided_at=session.at,
        voided_by=fact,
    )
    tell_holders(session, authorization)


def tell_holders(session: Session, authorization: Authorization) -> None:
    """A row for each pharmacy that holds a number which is no longer good; pages and mails are made from it."""
    holders = Confirmation.objects.filter(authorization=authorization, reversed_at=None, replaced_at=None)
    PharmacyNotice.objects.bulk_create(
        [
            PharmacyNotice(authorization=authorization, pharmacy_id=pharmacy, planned_at=session.at)
            for pharmacy in holders.values_list("pharmacy", flat=True).distinct()
        ],
        ignore_conflicts=True,  # withdrawn first and voided later: who was told once is not told twice
    )
    transaction.on_commit(partial(ring_for_notices, session.owner), robust=True)
