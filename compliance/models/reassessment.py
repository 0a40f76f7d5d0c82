"""How far the projections of one patient in one program were brought."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.patients import Patient
from compliance.models.record import MUTABLE, Record


class Reassessment(models.Model):
    """Schedules and reminders are up to date as of this place in the ledger and this moment.

    The sweep reads it to find whom a lost message left behind. Thrown away with the projections, and rebuilt.
    """

    record: ClassVar[Record] = MUTABLE
    not_personal = ("id", "patient", "program", "patient_seq", "reached_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="reassessments")
    program = models.CharField(_("program"), max_length=40)
    patient_seq = models.BigIntegerField(help_text=_("The patient's ledger as far as it was read."))
    reached_at = models.DateTimeField(help_text=_("The moment up to which days that passed were looked at."))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reassessment_once", fields=["patient", "program"]),
            whole_second("reached_at"),
        ]

    def __str__(self) -> str:
        return f"reassessment {self.id}"
