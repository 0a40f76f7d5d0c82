"""Ringing Celery after a commit. A doorbell, not a delivery: the sweep finds whatever a lost message missed."""

from uuid import UUID

import structlog
from celery import current_app
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from compliance import clock

log = structlog.get_logger(__name__)

QUIET_SECONDS = 5.0
"""How long nobody else tries a broker that just did not answer: an act rings several bells, and a person waits."""

PATIENCE_SECONDS = 0.8

_silence = {"until": 0.0}


def ring(task: str, key: UUID) -> None:
    """Ask a worker to look at one row, soon. The message is one id and no opinion.

    A broker that is down costs less than a second and a log line, never the act. Where the clock is moved nothing is
    rung: a worker lives at the real moment and would look at the row on another day.
    """
    if clock.is_moved():
        return
    if clock.seconds() < _silence["until"]:
        return
    try:
        with producers[_line()].acquire(block=True) as producer:
            current_app.send_task(task, args=[str(key)], producer=producer)
    except (OperationalError, OSError):
        _silence["until"] = clock.seconds() + QUIET_SECONDS
        log.warning("doorbell_unheard", task=task)


def _line() -> Connection:
    """A connection with less patience than a worker's: also a broker that hangs must not keep a page waiting.

    Its settings are the key of the pool that really holds connections.
    """
    return current_app.connection_for_write(transport_options={"socket_timeout": PATIENCE_SECONDS})


def listen_again() -> None:
    """Forget that the broker was silent."""
    _silence["until"] = 0.0


def ring_for_reassessment(patient_id: UUID) -> None:
    """What falls due for a patient may have changed."""
    ring("compliance.reassess_patient", patient_id)
