"""Pregnancy tests, what was corrected about them, and when the plan asked for them."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models.instants import utc_text
from compliance.models.patients import Patient, PatientFact
from compliance.models.record import MUTABLE, Record


class Result(models.TextChoices):
    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")
    INDETERMINATE = "indeterminate", _("indeterminate")


class Setting(models.TextChoices):
    LAB = "lab", _("laboratory")
    CLINIC = "clinic", _("clinic")
    HOME = "home", _("home")


SENSITIVITY_HELP = _(
    "The lowest level the test detects, in mIU/mL. Smaller is better; it is printed on the kit or report."
)
HOME_HELP = _("Whether the prescriber allowed a home test.")


def plain_number(level: float) -> float:
    """25, not 25.0: a row read back from the database must give the bytes that were hashed."""
    return int(level) if float(level).is_integer() else level


class PregnancyTest(PatientFact):
    """A result as it was first known. `at` is when the result was known. Corrections are rows of their own."""

    kind = "test.resulted"
    personal = ("collected_at", "result", "sensitivity", "setting", "home_allowed")

    collected_at = models.DateTimeField(_("collected"), help_text=_("When the specimen was taken."))
    result = models.CharField(_("result"), max_length=13, choices=Result.choices)
    sensitivity = models.FloatField(_("sensitivity"), help_text=SENSITIVITY_HELP)
    setting = models.CharField(_("setting"), max_length=6, choices=Setting.choices)
    home_allowed = models.BooleanField(_("home test allowed"), default=False, help_text=HOME_HELP)

    class Meta(PatientFact.Meta):
        abstract = False
        constraints = [
            *PatientFact.Meta.constraints,
            models.CheckConstraint(name="pregnancytest_collected_before_known", condition=Q(collected_at__lte=F("at"))),
            models.CheckConstraint(name="pregnancytest_sensitivity_above_zero", condition=Q(sensitivity__gt=0)),
            models.CheckConstraint(name="pregnancytest_result_known", condition=Q(result__in=Result.values)),
            models.CheckConstraint(name="pregnancytest_setting_known", condition=Q(setting__in=Setting.values)),
        ]

    def step(self) -> dict[str, object]:
        return {
            "test": str(self.id),
            "collected_at": utc_text(self.collected_at),
            "result": self.result,
            "sensitivity": plain_number(self.sensitivity),
            "setting": self.setting,
            "home_allowed": self.home_allowed,
        }


class TestCorrection(PatientFact):
    """What turned out to be wrong about a test. Empty columns were right; the old values stay on record."""

    kind = "test.corrected"
    personal = ("result", "collected_at", "sensitivity", "setting", "home_allowed", "reason")
    not_personal = ("test",)

    test = models.ForeignKey(PregnancyTest, on_delete=models.PROTECT, related_name="corrections")
    result = models.CharField(_("result"), max_length=13, choices=Result.choices, null=True, blank=True)
    collected_at = models.DateTimeField(_("collected"), null=True, blank=True)
    sensitivity = models.FloatField(_("sensitivity"), null=True, blank=True, help_text=SENSITIVITY_HELP)
    setting = models.CharField(_("setting"), max_length=6, choices=Setting.choices, null=True, blank=True)
    home_allowed = models.BooleanField(_("home test allowed"), null=True, blank=True, help_text=HOME_HELP)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(PatientFact.Meta):
        abstract = False
        constraints = [
            *PatientFact.Meta.constraints,
            models.CheckConstraint(
                name="testcorrection_something_corrected",
                condition=Q(result__isnull=False)
                | Q(collected_at__isnull=False)
                | Q(sensitivity__isnull=False)
                | Q(setting__isnull=False)
                | Q(home_allowed__isnull=False),
            ),
            models.CheckConstraint(
                name="testcorrection_collected_before_known",
                condition=Q(collected_at__isnull=True) | Q(collected_at__lte=F("at")),
            ),
            models.CheckConstraint(
                name="testcorrection_sensitivity_above_zero",
                condition=Q(sensitivity__isnull=True) | Q(sensitivity__gt=0),
            ),
            models.CheckConstraint(
                name="testcorrection_result_known", condition=Q(result__isnull=True) | Q(result__in=Result.values)
            ),
            models.CheckConstraint(
                name="testcorrection_setting_known", condition=Q(setting__isnull=True) | Q(setting__in=Setting.values)
            ),
            models.CheckConstraint(name="testcorrection_reason_given", condition=~Q(reason="")),
        ]

    def step(self) -> dict[str, object]:
        corrected: dict[str, object] = {
            "result": self.result,
            "collected_at": utc_text(self.collected_at) if self.collected_at else None,
            "sensitivity": None if self.sensitivity is None else plain_number(self.sensitivity),
            "setting": self.setting,
            "home_allowed": self.home_allowed,
        }
        said = {key: value for key, value in corrected.items() if value is not None}
        return {"test": str(self.test_id), "reason": self.reason} | said


class TestVoiding(PatientFact):
    """The result never counts again: wrong patient, spoiled sample."""

    kind = "test.voided"
    personal = ("reason",)
    not_personal = ("test",)

    test = models.ForeignKey(PregnancyTest, on_delete=models.PROTECT, related_name="voidings")
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(PatientFact.Meta):
        abstract = False
        constraints = [
            *PatientFact.Meta.constraints,
            models.CheckConstraint(name="testvoiding_reason_given", condition=~Q(reason="")),
        ]

    def step(self) -> dict[str, object]:
        return {"test": str(self.test_id), "reason": self.reason}


class ScheduledTest(models.Model):
    """A window in which the plan asks for a test, and what met it. A projection: rebuilt at will, asked by no gate."""

    record: ClassVar[Record] = MUTABLE
    personal = ("opens_on", "due_on", "met_by", "met_on", "closed_on")
    not_personal = ("id", "patient", "program", "duty", "advice")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="scheduled_tests")
    program = models.CharField(_("program"), max_length=40)
    duty = models.CharField(_("duty"), max_length=40, help_text=_("A test duty of the contract's section 7."))
    opens_on = models.DateField(_("opens"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    advice = models.BooleanField(_("advice only"), default=False)
    met_by = models.ForeignKey(PregnancyTest, null=True, blank=True, on_delete=models.PROTECT, related_name="met")
    met_on = models.DateField(
        _("met on"), null=True, blank=True, help_text=_("Collection date, in the program's zone.")
    )
    closed_on = models.DateField(
        _("closed"), null=True, blank=True, help_text=_("The day from which the plan no longer asked for it.")
    )

    class Meta:
        ordering = ["due_on", "duty"]
        constraints = [
            models.UniqueConstraint(name="scheduledtest_once", fields=["patient", "program", "duty", "due_on"]),
            models.CheckConstraint(
                name="scheduledtest_met_by_and_on_together",
                condition=Q(met_by__isnull=True, met_on__isnull=True) | Q(met_by__isnull=False, met_on__isnull=False),
            ),
            models.CheckConstraint(
                name="scheduledtest_met_is_closed", condition=Q(met_on__isnull=True) | Q(closed_on__isnull=False)
            ),
        ]
        indexes = [models.Index(name="scheduledtest_due", fields=["due_on"])]

    def __str__(self) -> str:
        return f"{self.duty} {self.id}"
