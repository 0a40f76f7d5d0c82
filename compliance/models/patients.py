"""The patient, and in which programs and categories they are."""

from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import whole_second
from compliance.models.ledger import LedgerFact
from compliance.models.people import ZONE_HELP, Practice
from compliance.models.record import Record, editable

CATEGORY_HELP = _("A category code of the program.")


class Patient(models.Model):
    """A person in care. Their key is also their chain's; staff outside the practice know them by `code` alone."""

    record: ClassVar[Record] = editable("given_name", "family_name", "email", "zone", "language", "wants_reminders")
    personal = ("given_name", "family_name", "birth_date", "email")
    not_personal = ("id", "code", "practice", "zone", "language", "wants_reminders", "registered_at")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(
        _("patient code"), max_length=12, unique=True, help_text=_("Says nothing about the person.")
    )
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="patients")
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    birth_date = models.DateField(_("date of birth"))
    email = models.EmailField(_("email"), blank=True, help_text=_("Where reminders go; may be left empty."))
    zone = models.CharField(_("time zone"), max_length=60, help_text=ZONE_HELP)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("es", "Español")], default="en"
    )
    wants_reminders = models.BooleanField(_("wants reminders"), default=True)
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        ordering = ["family_name", "given_name", "code"]
        constraints = [
            whole_second("registered_at"),
            models.CheckConstraint(name="patient_language_known", condition=Q(language__in=["en", "es"])),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class PatientFact(LedgerFact):
    """A fact about a person, whatever the program."""

    not_personal: ClassVar[tuple[str, ...]] = ("patient",)

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="%(class)ss")

    class Meta(LedgerFact.Meta):
        abstract = True

    @property
    def chain_id(self) -> UUID:
        return self.patient_id


class ProgramFact(PatientFact):
    """A fact about a person in one program."""

    not_personal: ClassVar[tuple[str, ...]] = ("program",)

    program = models.CharField(_("program"), max_length=40, help_text=_("Program code, such as us-pomalidomide."))

    class Meta(PatientFact.Meta):
        abstract = True


class Enrolment(ProgramFact):
    """The patient enters the program in a category. A second one is a re-enrolment and voids what was issued."""

    kind = "patient.enrolled"
    personal = ("birth_date",)
    not_personal = ("category",)

    category = models.CharField(_("category"), max_length=30, help_text=CATEGORY_HELP)
    birth_date = models.DateField(_("date of birth"))

    class Meta(ProgramFact.Meta):
        abstract = False

    def step(self) -> dict[str, object]:
        return {"category": self.category, "birth_date": self.birth_date.isoformat()}


class CategoryChange(ProgramFact):
    """Another category from now on; voids every authorization and confirmation issued so far."""

    kind = "category.changed"
    personal = ("reason",)
    not_personal = ("category",)

    category = models.CharField(_("new category"), max_length=30, help_text=CATEGORY_HELP)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(ProgramFact.Meta):
        abstract = False
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(name="categorychange_reason_given", condition=~Q(reason="")),
        ]

    def step(self) -> dict[str, object]:
        return {"category": self.category, "reason": self.reason}
