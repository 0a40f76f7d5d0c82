"""Reminders: a row before any queue sees it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.patients import Patient
from compliance.models.record import Record, editable


class Reminder(models.Model):
    """Planned, claimed, re-checked, then sent or dropped. One row a person, duty, due moment and channel."""

    record: ClassVar[Record] = editable("claimed_at", "attempts", "sent_at", "dropped_at", "dropped_because", "receipt")
    personal = ("due_on", "due_at")
    not_personal = (
        "id",
        "patient",
        "program",
        "duty",
        "channel",
        "planned_at",
        "claimed_at",
        "attempts",
        "sent_at",
        "dropped_at",
        "dropped_because",
        "receipt",
    )

    class Channel(models.TextChoices):
        EMAIL = "email", _("email")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reminders")
    program = models.CharField(_("program"), max_length=40)
    duty = models.CharField(_("duty"), max_length=40, help_text=_("A duty of the contract's section 7."))
    due_on = models.DateField(
        _("duty due"), help_text=_("The day on which the duty falls due; re-checked before sending.")
    )
    due_at = models.DateTimeField(_("reminder due"), help_text=_("The moment from which this message may be sent."))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    planned_at = models.DateTimeField(_("planned"))
    claimed_at = models.DateTimeField(
        _("claimed"), null=True, blank=True, help_text=_("A worker has it; a stale claim is taken over.")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    dropped_because = models.CharField(_("dropped because"), max_length=40, blank=True)
    receipt = models.CharField(_("receipt"), max_length=120, blank=True, help_text=_("What the mail system answered."))

    class Meta:
        ordering = ["due_at"]
        constraints = [
            whole_second("due_at"),
            models.CheckConstraint(name="reminder_channel_known", condition=Q(channel="email")),
            models.UniqueConstraint(name="reminder_once", fields=["patient", "duty", "due_at", "channel"]),
            models.CheckConstraint(
                name="reminder_sent_or_dropped", condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True)
            ),
            models.CheckConstraint(
                name="reminder_sent_at_after_claimed_at",
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False, sent_at__gte=F("claimed_at")),
            ),
            models.CheckConstraint(
                name="reminder_claimed_at_after_planned_at",
                condition=Q(claimed_at__isnull=True) | Q(claimed_at__gte=F("planned_at")),
            ),
            models.CheckConstraint(
                name="reminder_dropped_at_with_reason",
                condition=Q(dropped_at__isnull=True, dropped_because="")
                | (Q(dropped_at__isnull=False, dropped_at__gte=F("planned_at")) & ~Q(dropped_because="")),
            ),
        ]
        indexes = [
            models.Index(
                name="reminder_open", fields=["due_at"], condition=Q(sent_at__isnull=True, dropped_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"reminder {self.id}"
