"""The life of one prescription: written, held, released, confirmed, dispensed, or ended on the way.

Rows are written once. What happens later is a stamp that goes from null to a moment, once, or a row of its own.
No gate reads a stamp back as a permission: every gate decides afresh from the ledger.
"""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import LedgerEntry, Patient, Pharmacy, Prescriber, ProgramFact, Signature
from compliance.models.instants import whole_second
from compliance.models.record import APPEND_ONLY, MUTABLE, Record, editable, stamped


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
        return f"{self.per_dose} x {self.strength_mg} mg"


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


class Authorization(models.Model):
    """One release: a number that a pharmacy can verify until it expires, is voided or is used."""

    record: ClassVar[Record] = stamped("voided_at", "voided_by", "lapsed_at")
    not_personal = (
        "id",
        "prescription",
        "decision",
        "number",
        "issued_at",
        "expires_at",
        "voided_at",
        "voided_by",
        "lapsed_at",
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="authorizations")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="authorization")
    number = models.CharField(
        _("authorization number"), max_length=16, unique=True, help_text=_("15 random digits and a check digit.")
    )
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("First moment at which it is over.")
    )
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(
        LedgerEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The fact that voided it."),
    )
    lapsed_at = models.DateTimeField(_("replaced after expiry"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="authorization_one_open_a_prescription",
                fields=["prescription"],
                condition=Q(voided_at__isnull=True, lapsed_at__isnull=True),
            ),
            models.CheckConstraint(name="authorization_number_is_16_digits", condition=Q(number__regex=r"^[0-9]{16}$")),
            models.CheckConstraint(
                name="authorization_expires_at_after_issued_at",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("issued_at")),
            ),
            models.CheckConstraint(
                name="authorization_voided_at_with_its_fact",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False, voided_at__gte=F("issued_at")),
            ),
            models.CheckConstraint(
                name="authorization_lapsed_at_after_expires_at",
                condition=Q(lapsed_at__isnull=True)
                | Q(lapsed_at__isnull=False, expires_at__isnull=False, lapsed_at__gte=F("expires_at")),
            ),
        ]
        indexes = [models.Index(name="authorization_issued", fields=["issued_at"])]

    def __str__(self) -> str:
        return f"authorization {self.id}"


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


class PharmacyNotice(models.Model):
    """A number that a pharmacy holds was voided: it is told on its page first, and by mail without patient data."""

    record: ClassVar[Record] = editable("claimed_at", "attempts", "sent_at", "seen_at")
    not_personal = ("id", "authorization", "pharmacy", "planned_at", "claimed_at", "attempts", "sent_at", "seen_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="notices")
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="notices")
    planned_at = models.DateTimeField(_("planned"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    seen_at = models.DateTimeField(
        _("seen"), null=True, blank=True, help_text=_("Somebody at the site said that they have read it.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pharmacynotice_once", fields=["authorization", "pharmacy"]),
            models.CheckConstraint(
                name="pharmacynotice_claimed_at_after_planned_at",
                condition=Q(claimed_at__isnull=True) | Q(claimed_at__gte=F("planned_at")),
            ),
            models.CheckConstraint(
                name="pharmacynotice_sent_at_after_claimed_at",
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False, sent_at__gte=F("claimed_at")),
            ),
            models.CheckConstraint(
                name="pharmacynotice_seen_at_after_planned_at",
                condition=Q(seen_at__isnull=True) | Q(seen_at__gte=F("planned_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.id}"
