"""What compliance itself does when something was learnt: look again at what falls due, after the commit."""

from functools import partial
from typing import Any

from django.db import transaction

from compliance.models import LedgerFact, PatientFact
from compliance.services.doorbell import ring_for_reassessment
from compliance.services.signals import fact_recorded


def connect() -> None:
    """Listen, once."""
    fact_recorded.connect(on_fact, dispatch_uid="compliance.on_fact")


def on_fact(*, row: LedgerFact, **_: Any) -> None:
    """Ring for the patient whose fact it is."""
    if isinstance(row, PatientFact):
        transaction.on_commit(partial(ring_for_reassessment, row.patient_id), robust=True)
