"""Ringing Celery after a commit. A doorbell, not a delivery: the sweep finds whatever a lost message missed."""

from uuid import UUID

import structlog
from kombu.exceptions import OperationalError

from prescriptions.models import Hold

log = structlog.get_logger(__name__)


def ring_for_held(patient_id: UUID) -> None:
    """Ask again for each prescription of the patient that is held."""
    for prescription_id in Hold.objects.filter(prescription__patient_id=patient_id).values_list("pk", flat=True):
        ring_for_release(prescription_id)


def ring_for_release(prescription_id: UUID) -> None:
    """Ask Celery to decide one held prescription. A broker that is down costs a log line, never the act."""
    from prescriptions.tasks import release_if_ready

    try:
        release_if_ready.delay(str(prescription_id))
    except OperationalError:
        log.warning("doorbell_unheard", task="release_if_ready")
