"""What a gate answered, and what a held prescription waits for."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import LedgerEntry, Patient, Pharmacy
from compliance.models.record import APPEND_ONLY, MUTABLE, Record
from prescriptions.models.prescription import Prescription


class Decision(models.Model):
    """What a gate answered, yes or no, and everything it answered from."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("verdict",)
    not_personal = (
        "id",
        "gate",
        "patient",
        "prescription",
        "pharmacy",
        "user",
        "program",
        "edition",
        "edition_sha256",
        "patient_seq",
        "prescriber_seq",
        "pharmacy_seq",
        "method",
        "counselled",
        "guide_given",
        "allowed",
        "expires_at",
        "blockers",
        "decided_at",
        "entry",
    )

    class Gate(models.TextChoices):
        RELEASE = "release", _("release")
        CONFIRM = "confirm", _("confirm")
        DISPENSE = "dispense", _("dispense")
        REVERSE = "reverse", _("reverse")

    class Method(models.TextChoices):
        HANDOVER = "handover", _("handed over")
        SHIP = "ship", _("shipped")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    gate = models.CharField(_("gate"), max_length=8, choices=Gate.choices)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="decisions")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="decisions")
    pharmacy = models.ForeignKey(Pharmacy, null=True, on_delete=models.PROTECT, related_name="decisions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        help_text=_("Who asked; empty for the system itself."),
    )
    program = models.CharField(_("program"), max_length=40)
    edition = models.CharField(_("edition"), max_length=60)
    edition_sha256 = models.CharField(_("hash of the edition's file"), max_length=64)
    patient_seq = models.BigIntegerField(help_text=_("The patient's ledger as far as it was seen."))
    prescriber_seq = models.BigIntegerField(help_text=_("The prescriber's, likewise."))
    pharmacy_seq = models.BigIntegerField(
        null=True, help_text=_("The pharmacy's, likewise; empty where none was asked.")
    )
    method = models.CharField(_("method"), max_length=8, choices=Method.choices, null=True)
    counselled = models.BooleanField(_("counselled"), null=True)
    guide_given = models.BooleanField(_("guide given"), null=True)
    allowed = models.BooleanField(_("allowed"))
    expires_at = models.DateTimeField(_("expires"), null=True)
    blockers = ArrayField(models.CharField(max_length=40), default=list, help_text=_("Codes, in order."))
    verdict = models.BinaryField(help_text=_("The whole verdict, canonical JSON, as it is in the ledger."))
    decided_at = models.DateTimeField(_("when"))
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-decided_at", "-patient_seq"]
        constraints = [
            models.CheckConstraint(
                name="decision_allowed_exactly_without_blockers",
                condition=Q(allowed=True, blockers__len=0) | Q(allowed=False, blockers__len__gt=0),
            ),
            models.CheckConstraint(
                name="decision_pharmacy_where_its_gate_asks",
                condition=Q(gate="release", pharmacy__isnull=True, pharmacy_seq__isnull=True)
                | Q(gate__in=["confirm", "dispense", "reverse"], pharmacy__isnull=False, pharmacy_seq__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_dispense_says_how",
                condition=~Q(gate="dispense")
                | Q(method__isnull=False, counselled__isnull=False, guide_given__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_method_known", condition=Q(method__isnull=True) | Q(method__in=["handover", "ship"])
            ),
            models.CheckConstraint(
                name="decision_expires_at_only_when_allowed",
                condition=Q(expires_at__isnull=True) | Q(allowed=True, expires_at__gt=F("decided_at")),
            ),
        ]
        indexes = [models.Index(name="decision_when", fields=["-decided_at"])]

    def __str__(self) -> str:
        return f"{self.gate} {'yes' if self.allowed else 'no'}"


class Hold(models.Model):
    """What a held prescription waits for. A projection: the sweep reads it to know whom to ask again, no gate does."""

    record: ClassVar[Record] = MUTABLE
    personal = ("blockers",)
    not_personal = (
        "prescription",
        "patient_seq",
        "prescriber_seq",
        "next_change_at",
        "asked_at",
        "attempts",
        "freeable",
    )

    prescription = models.OneToOneField(Prescription, primary_key=True, on_delete=models.PROTECT, related_name="hold")
    patient_seq = models.BigIntegerField(help_text=_("The patient's ledger after the last decision."))
    prescriber_seq = models.BigIntegerField(help_text=_("The prescriber's, likewise."))
    next_change_at = models.DateTimeField(null=True, help_text=_("When the answer can next change with no new fact."))
    asked_at = models.DateTimeField(help_text=_("When it was last decided."))
    blockers = ArrayField(models.CharField(max_length=40), default=list)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Tries that failed in a row, for want of a working server.")
    )
    freeable = models.BooleanField(default=True, help_text=_("False where no later fact can free it."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_next_change_at_not_before_asked_at",
                condition=Q(next_change_at__isnull=True) | Q(next_change_at__gte=F("asked_at")),
            )
        ]
        indexes = [models.Index(name="hold_next", fields=["next_change_at"])]

    def __str__(self) -> str:
        return f"hold of {self.prescription_id}"
