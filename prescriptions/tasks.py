"""What a worker does for prescriptions. A task carries one id and no opinion; the row decides, the sweep asks again."""

from uuid import UUID

import structlog
from celery import shared_task

from compliance.services.jobs import Budget
from prescriptions.selectors.work_list import look_ahead
from prescriptions.services import notices, sweep

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 25
"""Less than the interval at which beat rings, and far less than the worker's limit for a task."""


LOOK_AHEAD_SECONDS = 40
"""Less than the worker's limit for a task."""


@shared_task(name="prescriptions.release_if_ready")
def release_if_ready(prescription_id: str) -> None:
    """Decide one held prescription. Safe to run twice, late, or never."""
    sweep.try_release(UUID(prescription_id))


@shared_task(name="prescriptions.send_notice")
def send_notice(notice_id: str) -> None:
    """Tell one site by mail. Safe to run twice, late, or never."""
    notices.send(UUID(notice_id))


@shared_task(name="prescriptions.sweep")
def sweep_prescriptions() -> None:
    """Ask for what was left behind; beat rings this, and the supervisor runs the same without Celery."""
    budget = Budget.of(SWEEP_SECONDS)
    counts = {"held": sweep.sweep_held(budget=budget), "notices": sweep.sweep_notices(budget=budget)}
    log.info("swept", **{name: str(count) for name, count in counts.items() if count is not None})


@shared_task(name="prescriptions.look_ahead")
def look_ahead_for_work_lists() -> None:
    """Work out what is next for everybody before anybody asks; a page that comes first does it by itself."""
    look_ahead(budget=Budget.of(LOOK_AHEAD_SECONDS))
