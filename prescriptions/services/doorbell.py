"""Which bells a commit rings: held prescriptions to ask again, pharmacies to tell."""

from uuid import UUID

from compliance.services.doorbell import ring
from prescriptions.models import Hold, PharmacyNotice


def ring_for_held(patient_id: UUID) -> None:
    """Ask again for each prescription of the patient that is held."""
    for prescription_id in Hold.objects.filter(prescription__patient_id=patient_id).values_list("pk", flat=True):
        ring_for_release(prescription_id)


def ring_for_prescriber(prescriber_id: UUID) -> None:
    """The same for each held prescription of a prescriber, whose certificate changed."""
    for prescription_id in Hold.objects.filter(prescription__prescriber_id=prescriber_id).values_list("pk", flat=True):
        ring_for_release(prescription_id)


def ring_for_release(prescription_id: UUID) -> None:
    """Ask Celery to decide one held prescription."""
    ring("prescriptions.release_if_ready", prescription_id)


def ring_for_notices(patient_id: UUID) -> None:
    """Mail each site that holds a number of the patient's which was voided."""
    unsent = PharmacyNotice.objects.filter(
        authorization__prescription__patient_id=patient_id, sent_at=None, claimed_at=None
    )
    for notice_id in unsent.values_list("pk", flat=True):
        ring("prescriptions.send_notice", notice_id)
