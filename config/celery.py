"""The Celery app and what it does by the clock.

Celery is a doorbell here: it makes things quick and decides nothing. A task carries one id, may run twice, late or
never, and the sweep finds again whatever a lost message left behind.
"""

import os
from datetime import timedelta

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

app = Celery("holdfast")
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    broker_connection_retry_on_startup=True,
    # While the broker is away, ringing it must fail fast: a person is waiting for the page.
    broker_connection_timeout=0.8,
    broker_transport_options={
        "socket_connect_timeout": 0.8,
        "socket_timeout": 2,  # a worker's own waiting takes 1 s a turn
        "retry_on_timeout": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
        # Redis knows no acknowledgement; kombu gives back what a killed worker held after the visibility timeout.
        "visibility_timeout": 300,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    },
    task_publish_retry=False,
    # A worker killed in the middle of a task gives it back. The row counts attempts, so a task that kills its worker
    # is not tried for ever.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_time_limit=60,
    task_soft_time_limit=50,
    task_serializer="json",
    accept_content=["json"],
    enable_utc=True,
    timezone="UTC",
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    # Static on purpose: staff must not be able to change the schedule of a compliance job. Intervals, so that neither
    # daylight saving nor a restart can skip a run.
    beat_schedule={
        "prescriptions": {
            "task": "prescriptions.sweep",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
        "work-lists": {
            "task": "prescriptions.look_ahead",
            "schedule": timedelta(minutes=15),
            "options": {"expires": 600},
        },
        "reminders": {
            "task": "compliance.sweep_reminders",
            "schedule": timedelta(seconds=60),
            "options": {"expires": 60},
        },
    },
)
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_to_django(**_kwargs: object) -> None:
    """Celery sets up no logging of its own where something is connected here."""


@worker_process_init.connect
def die_with_parent(**_kwargs: object) -> None:
    """Leave no pool process behind when the worker is killed outright."""
    from config.embedded.process import die_with_parent as ask_kernel

    ask_kernel()
