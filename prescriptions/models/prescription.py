"""What a prescriber wrote: the prescription and its capsules."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import Prescriber, ProgramFact, Signature
from compliance.models.record import APPEND_ONLY, Record, stamped


class Prescription(ProgramFact):
    """A signed prescription. `at` is when it was written. Dose, capsules and days are three different numbers."""

    kind = "prescription.written"
    record: ClassVar[Record] = stamped("withdrawn_at", "withdrawn_reason", "lapsed_at")
    personal = ("daily_dose_mg", "dosing_days", "days_supply", "withdrawn_reason")
    not_personal = ("prescriber", "medicine", "refills", "verbal", "signature", "withdrawn_at", "lapsed_at")

    class WithdrawnReason(models.TextChoices):
        REWRITTEN = "rewritten", _("written again")
        CHANGED = "changed", _("dose or medicine changed")
        NOT_NEEDED = "not-needed", _("no longer needed")
        MISTAKE = "mistake", _("written by mistake")

    prescriber = models.ForeignKey(Prescriber, on_delete=models.PROTECT, related_name="prescriptions")
    medicine = models.CharField(
        _("medicine"), max_length=60, help_text=_("The program's medicine, by its common name.")
    )
    daily_dose_mg = models.DecimalField(_("dose on a dosing day, mg"), max_digits=6, decimal_places=2)
    dosing_days = models.PositiveSmallIntegerField(
        _("dosing days"), help_text=_("Days on which capsules are taken, such as 21 of a 28-day cycle.")
    )
    days_supply = models.IntegerField(
        _("days' supply"), help_text=_("Whole calendar days the supply covers, the day of dispensing first.")
    )
    refills = models.PositiveIntegerField(_("refills"), default=0)
    verbal = models.BooleanField(_("given by telephone"), default=False)
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="prescription")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.CharField(
        _("why withdrawn"), max_length=12, choices=WithdrawnReason.choices, null=True, blank=True
    )
    lapsed_at = models.DateTimeField(
        _("lapsed"), null=True, blank=True, help_text=_("Held until it was too old to be released.")
    )

    class Meta(ProgramFact.Meta):
        abstract = False
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(name="prescription_dose_positive", condition=Q(daily_dose_mg__gt=0)),
            models.CheckConstraint(
                name="prescription_withdrawn_at_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_reason__isnull=False, withdrawn_at__gte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="prescription_withdrawn_reason_known",
                condition=Q(withdrawn_reason__isnull=True)
                | Q(withdrawn_reason__in=["rewritten", "changed", "not-needed", "mistake"]),
            ),
            models.CheckConstraint(
                name="prescription_lapsed_at_after_recorded_at",
                condition=Q(lapsed_at__isnull=True) | Q(lapsed_at__gte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="prescription_withdrawn_or_lapsed",
                condition=Q(withdrawn_at__isnull=True) | Q(lapsed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"prescription {self.id}"

    def step(self) -> dict[str, object]:
        return {
            "prescription": str(self.id),
            "prescriber": str(self.prescriber_id),
            "days_supply": self.days_supply,
            "refills": self.refills,
            "verbal": self.verbal,
        }


class CapsuleLine(models.Model):
    """Which capsules make up one dose."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("strength_mg", "per_dose")
    not_personal = ("id", "prescription")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="capsules")
    strength_mg = models.DecimalField(_("capsule strength, mg"), max_digits=6, decimal_places=2)
    per_dose = models.PositiveSmallIntegerField(_("capsules a dose"))

    class Meta:
        ordering = ["-strength_mg"]
        constraints = [
            models.UniqueConstraint(name="capsuleline_one_a_strength", fields=["prescription", "strength_mg"]),
            models.CheckConstraint(name="capsuleline_something_in_it", condition=Q(strength_mg__gt=0, per_dose__gte=1)),
        ]

    def __str__(self) -> str:
        return f"capsules of {self.prescription_id}"
