"""What a pharmacy does: hold, hand out, give back."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import Pharmacy
from compliance.models.instants import whole_second
from compliance.models.record import APPEND_ONLY, Record, stamped
from prescriptions.models.authorization import Authorization
from prescriptions.models.decision import Decision


class Confirmation(models.Model):
    """One pharmacy holds the prescription, for some hours."""

    record: ClassVar[Record] = stamped("reversed_at", "replaced_at")
    not_personal = (
        "id",
        "authorization",
        "pharmacy",
        "decision",
        "number",
        "confirmed_at",
        "expires_at",
        "reversed_at",
        "replaced_at",
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="confirmations")
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="confirmations")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="confirmation")
    number = models.CharField(_("confirmation number"), max_length=16, unique=True)
    confirmed_at = models.DateTimeField(_("confirmed"))
    expires_at = models.DateTimeField(_("expires"), null=True, help_text=_("First moment at which it is over."))
    reversed_at = models.DateTimeField(_("reversed"), null=True, blank=True)
    replaced_at = models.DateTimeField(
        _("replaced"), null=True, blank=True, help_text=_("Another confirmation took its place after its expiry.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="confirmation_one_held_a_pharmacy",
                fields=["authorization", "pharmacy"],
                condition=Q(reversed_at__isnull=True, replaced_at__isnull=True),
            ),
            ExclusionConstraint(
                name="confirmation_one_pharmacy_at_a_time",
                expressions=[
                    ("authorization", RangeOperators.EQUAL),
                    (Func("confirmed_at", "expires_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(reversed_at__isnull=True, replaced_at__isnull=True),
            ),
            models.CheckConstraint(name="confirmation_number_is_16_digits", condition=Q(number__regex=r"^[0-9]{16}$")),
            models.CheckConstraint(
                name="confirmation_expires_at_after_confirmed_at",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("confirmed_at")),
            ),
            models.CheckConstraint(
                name="confirmation_reversed_at_after_confirmed_at",
                condition=Q(reversed_at__isnull=True) | Q(reversed_at__gte=F("confirmed_at")),
            ),
            models.CheckConstraint(
                name="confirmation_replaced_at_after_confirmed_at",
                condition=Q(replaced_at__isnull=True) | Q(replaced_at__gte=F("confirmed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"confirmation {self.id}"


class Dispense(models.Model):
    """Supply left the pharmacy."""

    record: ClassVar[Record] = stamped("reversed_at")
    personal = ("covers_to",)
    not_personal = (
        "id",
        "authorization",
        "confirmation",
        "decision",
        "method",
        "counselled",
        "guide_given",
        "receipt",
        "dispensed_at",
        "reversed_at",
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="dispenses")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="dispenses")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="dispense")
    method = models.CharField(_("method"), max_length=8, choices=Decision.Method.choices)
    counselled = models.BooleanField(_("counselled"))
    guide_given = models.BooleanField(_("guide given"))
    receipt = models.CharField(_("receipt number"), max_length=16, unique=True)
    covers_to = models.DateField(
        _("covers to"), help_text=_("Last calendar day the supply covers, in the program's zone.")
    )
    dispensed_at = models.DateTimeField(_("dispensed"))
    reversed_at = models.DateTimeField(_("reversed"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="dispense_one_an_authorization", fields=["authorization"], condition=Q(reversed_at__isnull=True)
            ),
            models.CheckConstraint(name="dispense_method_known", condition=Q(method__in=["handover", "ship"])),
            models.CheckConstraint(name="dispense_counselled_always", condition=Q(counselled=True)),
            models.CheckConstraint(name="dispense_receipt_is_16_digits", condition=Q(receipt__regex=r"^[0-9]{16}$")),
            models.CheckConstraint(
                name="dispense_reversed_at_after_dispensed_at",
                condition=Q(reversed_at__isnull=True) | Q(reversed_at__gte=F("dispensed_at")),
            ),
        ]
        indexes = [models.Index(name="dispense_when", fields=["dispensed_at"])]

    def __str__(self) -> str:
        return f"dispense {self.id}"


class Reversal(models.Model):
    """A pharmacy gives a confirmation back, and with it the dispense under it."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("note",)
    not_personal = ("id", "confirmation", "decision", "reason", "reversed_at")

    class Reason(models.TextChoices):
        NOT_COLLECTED = "not-collected", _("the patient did not collect it")
        RETURNED = "returned", _("it came back from the carrier")
        OTHER_PHARMACY = "other-pharmacy", _("another pharmacy will dispense")
        MISTAKE = "mistake", _("confirmed by mistake")
        PRESCRIBER_ASKED = "prescriber-asked", _("the prescriber asked for it")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="reversal")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="reversal")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    reversed_at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [
            whole_second("reversed_at"),
            models.CheckConstraint(
                name="reversal_reason_known",
                condition=Q(reason__in=["not-collected", "returned", "other-pharmacy", "mistake", "prescriber-asked"]),
            ),
        ]

    def __str__(self) -> str:
        return f"reversal {self.id}"
