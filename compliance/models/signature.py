"""A signature: exactly what was shown, by whom, in which role, meaning what, when."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.patients import Patient
from compliance.models.record import APPEND_ONLY, Record


class Signature(models.Model):
    """Written once, in the transaction of what it signs."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("document", "printed_name")
    not_personal = ("id", "patient", "subject_id", "sha256", "signer", "role", "meaning", "signed_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="signatures")
    subject_id = models.UUIDField(help_text=_("Key of the row that was signed."))
    document = models.BinaryField(help_text=_("The exact text on the screen, UTF-8."))
    sha256 = models.BinaryField(max_length=32, help_text=_("Hash of the document."))
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    printed_name = models.CharField(_("printed name"), max_length=120)
    role = models.CharField(_("role"), max_length=16)
    meaning = models.CharField(_("meaning"), max_length=200, help_text=_("What signing means, in words."))
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        constraints = [
            whole_second("signed_at"),
            models.CheckConstraint(
                name="signature_sha256_is_the_documents", condition=Q(sha256=Func("document", function="sha256"))
            ),
        ]
        indexes = [models.Index(name="signature_subject", fields=["subject_id"])]

    def __str__(self) -> str:
        return f"signature {self.id}"
