"""What was done and what was looked at, beside the clinical ledger."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.patients import Patient
from compliance.models.record import APPEND_ONLY, Record


class AccessEvent(models.Model):
    """Somebody read a patient's record. Outside the chain, so that reading takes no patient lock."""

    record: ClassVar[Record] = APPEND_ONLY
    not_personal = ("id", "patient", "user", "what", "read_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="access_events")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_events")
    what = models.CharField(_("what"), max_length=60, help_text=_("The page or act, in one word or two."))
    read_at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [whole_second("read_at")]

    def __str__(self) -> str:
        return f"{self.what} {self.read_at:%Y-%m-%d}"


class Attempt(models.Model):
    """One pressing of a button that must count once, made with the page that holds the button."""

    record: ClassVar[Record] = APPEND_ONLY
    not_personal = ("id", "user", "act", "payload_sha256", "result_id", "made_at")

    id = models.UUIDField(primary_key=True, editable=False, help_text=_("Made with the page."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    act = models.CharField(_("act"), max_length=40)
    payload_sha256 = models.BinaryField(
        max_length=32, help_text=_("Hash of what was sent, so that a repeat is known from a change.")
    )
    result_id = models.UUIDField(help_text=_("Key of the row the act wrote."))
    made_at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [whole_second("made_at")]

    def __str__(self) -> str:
        return f"{self.act} {self.id}"
