"""What a worker does for patients' duties. A task carries one id; the row decides, the sweep asks again."""

from uuid import UUID

import structlog
from celery import shared_task

from compliance.services import reassess, remind, sweep
from compliance.services.jobs import Budget
from compliance.services.session import NoSuchChain

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 40
"""Less than the interval at which beat rings and than the worker's limit for a task."""


@shared_task(name="compliance.reassess_patient")
def reassess_patient(patient_id: str) -> None:
    """Look again at what falls due. Safe to run twice, late, or never."""
    try:
        reassess.reassess(UUID(patient_id))
    except NoSuchChain:
        log.warning("no_such_patient", patient=patient_id)


@shared_task(name="compliance.send_reminder")
def send_reminder(reminder_id: str) -> None:
    """Safe to run twice, late, or never: the row decides, and the sweep asks again."""
    remind.send_if_still_due(UUID(reminder_id))


@shared_task(name="compliance.sweep_reminders")
def sweep_reminders() -> None:
    """Find whom lost messages left behind; beat rings this, and the supervisor runs the same without Celery."""
    counts = sweep.sweep_patients(budget=Budget.of(SWEEP_SECONDS))
    log.info("swept", **{name: str(count) for name, count in counts.items() if count is not None})
