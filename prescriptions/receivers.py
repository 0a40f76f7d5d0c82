"""What prescriptions do when compliance learns something: stamp what is void, and ring for those that wait."""

from functools import partial
from typing import Any

from django.db import transaction

from compliance.models import LedgerFact, PatientFact, PrescriberCertificate
from compliance.services.session import Session
from compliance.services.signals import fact_recorded
from prescriptions.services import voids
from prescriptions.services.doorbell import ring_for_held, ring_for_prescriber


def connect() -> None:
    """Listen, once."""
    fact_recorded.connect(on_fact, dispatch_uid="prescriptions.on_fact")


def on_fact(*, row: LedgerFact, session: Session, **_: Any) -> None:
    """Stamps in the same transaction; the doorbell after its commit, where a dead broker harms nobody."""
    if isinstance(row, PrescriberCertificate):
        transaction.on_commit(partial(ring_for_prescriber, row.prescriber_id), robust=True)
    if not isinstance(row, PatientFact):
        return
    voids.stamp_voids(session, row)
    transaction.on_commit(partial(ring_for_held, row.patient_id), robust=True)
