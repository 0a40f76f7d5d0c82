"""Who read a program file against the program's own document, and found that it says the same."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.record import APPEND_ONLY, Record


class ProgramSignOff(models.Model):
    """One person, one file by its hash, one document, one day. A changed file needs another one."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("signed_by",)
    not_personal = ("id", "program", "edition", "sha256", "document", "read_on", "recorded_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    program = models.SlugField(_("program"), max_length=40)
    edition = models.CharField(_("edition"), max_length=60, help_text=_("The program with the first day in force."))
    sha256 = models.CharField(max_length=64, help_text=_("SHA-256 of the file that was read, in hexadecimal."))
    document = models.CharField(_("document"), max_length=300, help_text=_("Title, version and date of what was read."))
    signed_by = models.CharField(_("signed off by"), max_length=120, help_text=_("Name and office."))
    read_on = models.DateField(_("read on"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        constraints = [
            whole_second("recorded_at"),
            models.CheckConstraint(name="programsignoff_names_a_file", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="programsignoff_says_who_and_what", condition=~Q(signed_by="") & ~Q(document="")
            ),
        ]
        indexes = [models.Index(name="programsignoff_file", fields=["edition", "sha256"])]

    def __str__(self) -> str:
        return f"sign-off of {self.edition}"
