"""The course of treatment, the cycle, and pregnancies."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.patients import PatientFact, ProgramFact


class TreatmentChange(ProgramFact):
    """Treatment began, stopped, paused or went on. For a stop, `at` is the last dose."""

    not_personal = ("change",)
    personal = ("reason",)

    class Change(models.TextChoices):
        STARTED = "started", _("started")
        STOPPED = "stopped", _("stopped")
        HELD = "held", _("interrupted")
        RESUMED = "resumed", _("resumed")

    change = models.CharField(_("change"), max_length=8, choices=Change.choices)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Asked for an interruption and its end.")
    )

    class Meta(ProgramFact.Meta):
        abstract = False
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(
                name="treatmentchange_reason_with_interruptions",
                condition=Q(change__in=["started", "stopped"], reason="")
                | (Q(change__in=["held", "resumed"]) & ~Q(reason="")),
            ),
        ]

    @property
    def kind(self) -> str:
        return f"treatment.{self.change}"

    def step(self) -> dict[str, object]:
        return {"reason": self.reason} if self.reason else {}


class MensesPattern(PatientFact):
    """How regular the cycle is; it sets how often tests fall due."""

    kind = "menses.pattern"
    personal = ("pattern",)

    class Pattern(models.TextChoices):
        REGULAR = "regular", _("regular")
        IRREGULAR = "irregular", _("irregular")
        NONE = "none", _("none")

    pattern = models.CharField(_("pattern"), max_length=9, choices=Pattern.choices)

    class Meta(PatientFact.Meta):
        abstract = False
        constraints = [
            *PatientFact.Meta.constraints,
            models.CheckConstraint(
                name="mensespattern_known", condition=Q(pattern__in=["regular", "irregular", "none"])
            ),
        ]

    def step(self) -> dict[str, object]:
        return {"pattern": self.pattern}


class AbnormalMenses(PatientFact):
    """A missed or unusual period, or unexpected bleeding: an evaluation opens."""

    kind = "menses.abnormal"

    class Meta(PatientFact.Meta):
        abstract = False


class PregnancyReport(PatientFact):
    """A pregnancy, known or suspected, of the patient or of a partner."""

    kind = "pregnancy.reported"
    personal = ("who",)

    class Who(models.TextChoices):
        PATIENT = "patient", _("the patient")
        PARTNER = "partner", _("a partner")

    who = models.CharField(_("whose pregnancy"), max_length=7, choices=Who.choices)

    class Meta(PatientFact.Meta):
        abstract = False
        constraints = [
            *PatientFact.Meta.constraints,
            models.CheckConstraint(name="pregnancyreport_who_known", condition=Q(who__in=["patient", "partner"])),
        ]

    def step(self) -> dict[str, object]:
        return {"who": self.who}


class PregnancyExclusion(PatientFact):
    """The prescriber documents that the patient is not pregnant."""

    kind = "pregnancy.excluded"

    class Meta(PatientFact.Meta):
        abstract = False
