"""What prescribers and patients attest: agreement, counselling, contraception, surveys, forms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.patients import CATEGORY_HELP, PatientFact, ProgramFact

PRESCRIPTION_HELP = _("Key of the prescription it names.")


class Agreement(ProgramFact):
    """The program's patient agreement (PPAF, consent, treatment initiation form), signed for a category."""

    kind = "agreement.signed"
    not_personal = ("category",)

    category = models.CharField(_("category"), max_length=30, help_text=CATEGORY_HELP)

    class Meta(ProgramFact.Meta):
        abstract = False

    def step(self) -> dict[str, object]:
        return {"category": self.category}


class Counselling(ProgramFact):
    """The prescriber counselled the patient, for a prescription if one is named."""

    kind = "counselled"
    not_personal = ("prescription_id",)

    prescription_id = models.UUIDField(_("prescription"), null=True, blank=True, help_text=PRESCRIPTION_HELP)

    class Meta(ProgramFact.Meta):
        abstract = False

    def step(self) -> dict[str, object]:
        return {"prescription": str(self.prescription_id)} if self.prescription_id else {}


class ContraceptionAttestation(PatientFact):
    """Which methods are in force from a day on, until the day of a statement recorded later. May be none."""

    kind = "contraception.stated"
    personal = ("methods", "since_on")

    methods = ArrayField(
        models.CharField(max_length=30),
        blank=True,
        verbose_name=_("methods"),
        help_text=_("Codes of the contract's section 6; empty for no contraception."),
    )
    since_on = models.DateField(
        _("in force since"), help_text=_("First day on which all named methods are used together.")
    )

    class Meta(PatientFact.Meta):
        abstract = False

    def step(self) -> dict[str, object]:
        return {"methods": list(self.methods), "since": self.since_on.isoformat()}


class Survey(ProgramFact):
    """A completed survey: the patient's own, or the prescriber's for one prescription."""

    kind = "survey.completed"
    not_personal = ("by", "prescription_id")

    class By(models.TextChoices):
        PATIENT = "patient", _("patient")
        PRESCRIBER = "prescriber", _("prescriber")

    by = models.CharField(_("completed by"), max_length=10, choices=By.choices)
    prescription_id = models.UUIDField(_("prescription"), null=True, blank=True, help_text=PRESCRIPTION_HELP)

    class Meta(ProgramFact.Meta):
        abstract = False
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(
                name="survey_prescribers_names_its_prescription",
                condition=Q(by="patient") | Q(by="prescriber", prescription_id__isnull=False),
            ),
        ]

    def step(self) -> dict[str, object]:
        named: dict[str, object] = {"by": self.by}
        return named | {"prescription": str(self.prescription_id)} if self.prescription_id else named


class PrescriptionForm(ProgramFact):
    """A form the program asks for each prescription, such as the UK prescription authorisation form `paf`."""

    kind = "form.signed"
    not_personal = ("form", "prescription_id")

    form = models.CharField(_("form"), max_length=40, help_text=_("Form code of the program file."))
    prescription_id = models.UUIDField(_("prescription"), help_text=PRESCRIPTION_HELP)

    class Meta(ProgramFact.Meta):
        abstract = False
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(name="prescriptionform_form_given", condition=~Q(form="")),
        ]

    def step(self) -> dict[str, object]:
        return {"form": self.form, "prescription": str(self.prescription_id)}
