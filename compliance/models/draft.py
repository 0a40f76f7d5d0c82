"""Half-typed forms: kept per person, without clinical effect."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.patients import Patient
from compliance.models.record import MUTABLE, Record


class Draft(models.Model):
    """What somebody typed into a form before it was signed or sent. No gate reads it."""

    record: ClassVar[Record] = MUTABLE
    personal = ("data",)
    not_personal = ("id", "author", "form", "patient", "program", "ready", "saved_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    form = models.CharField(_("form"), max_length=40)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="drafts")
    program = models.CharField(_("program"), max_length=40, blank=True)
    data = models.JSONField(_("what was typed"), default=dict)
    ready = models.BooleanField(_("ready to sign"), default=False, help_text=_("A delegate says that it is complete."))
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="draft_one_a_form", fields=["author", "form", "patient", "program"], nulls_distinct=False
            ),
            whole_second("saved_at"),
        ]

    def __str__(self) -> str:
        return f"draft {self.id}"
