"""The patient's own survey: answered by the patient on the practice's device, and recorded as given in the room."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from compliance.forms.base import About, FactForm
from compliance.models import User
from compliance.services import record_evidence

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class Question(forms.ChoiceField):
    """One answer is right; another one gets a kind word and a second chance."""

    def __init__(self, *, label: "_StrPromise", right: str, kindly: "_StrPromise") -> None:
        super().__init__(label=label, choices=YES_NO, widget=forms.RadioSelect)
        self.right, self.kindly = right, kindly

    def clean(self, value: Any) -> Any:
        answer = super().clean(value)
        if answer != self.right:
            raise forms.ValidationError(self.kindly)
        return answer


class PatientSurveyForm(FactForm):
    title = gettext_lazy("Patient survey")
    intro = gettext_lazy(
        "Hand the device to the patient. The answers stay here; what is recorded is that the survey is complete."
    )
    button = gettext_lazy("Finish the survey")
    done = gettext_lazy("The patient's survey is recorded.")
    dated = False
    handed_over = True

    unborn = Question(
        label=gettext_lazy("Can this medicine harm an unborn baby?"),
        right="yes",
        kindly=gettext_lazy("It can. That is why there are tests and a survey. Please read the question again."),
    )
    sharing = Question(
        label=gettext_lazy("May you give this medicine to anybody else?"),
        right="no",
        kindly=gettext_lazy("Please do not, not even to somebody with the same illness. It is for you alone."),
    )
    blood = Question(
        label=gettext_lazy("May you give blood during treatment or in the weeks after the last dose?"),
        right="no",
        kindly=gettext_lazy("Please wait: blood given then could reach somebody who is pregnant."),
    )
    pregnant = Question(
        label=gettext_lazy("Do you think you might be pregnant now?"),
        right="no",
        kindly=gettext_lazy("Thank you for saying so. Please tell your care team now; the survey can wait."),
    )
    precautions = Question(
        label=gettext_lazy("Do you use the birth control you agreed on, without a break?"),
        right="yes",
        kindly=gettext_lazy("Thank you for saying so. Please talk to your care team now; the survey can wait."),
    )
    condom = Question(
        label=gettext_lazy("Do you use a condom whenever your partner is or could become pregnant?"),
        right="yes",
        kindly=gettext_lazy(
            "This medicine passes into semen, so a condom is needed each time. Please talk to your care team."
        ),
    )

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.category in about.edition.patient_survey

    def set_up(self) -> None:
        """The questions that concern the patient's category."""
        category = self.about.program.categories.get(self.about.category or "")
        if category is None or not category.can_get_pregnant:
            del self.fields["pregnant"], self.fields["precautions"]
        if category is None or not category.produces_sperm:
            del self.fields["condom"]

    def save(self, *, by: User) -> Any:
        return record_evidence.record_survey(**self.whose, by=by, answered_by="patient")
