"""The number of a release, and who is told when it is no longer good."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import LedgerEntry, Pharmacy
from compliance.models.record import Record, editable, stamped
from prescriptions.models.decision import Decision
from prescriptions.models.prescription import Prescription


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
