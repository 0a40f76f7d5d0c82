"""Every fact that a page can record, by the name it has in addresses."""

from compliance.forms import course, statements, survey, tests
from compliance.forms.base import About, FactForm

KINDS: dict[str, type[FactForm]] = {
    "test": tests.RecordTestForm,
    "contraception": statements.ContraceptionForm,
    "survey": survey.PatientSurveyForm,
    "menses-pattern": course.MensesPatternForm,
    "menses-abnormal": course.AbnormalMensesForm,
    "agreement": statements.AgreementForm,
    "counselling": statements.CounsellingForm,
    "prescriber-survey": statements.PrescriberSurveyForm,
    "prescription-form": statements.PrescriptionFormForm,
    "category": statements.CategoryForm,
    "re-enrolment": statements.AgainForm,
    "start": course.StartForm,
    "hold": course.HoldForm,
    "resume": course.ResumeForm,
    "stop": course.StopForm,
    "pregnancy": course.PregnancyForm,
    "exclusion": course.ExclusionForm,
}


def offered(about: About, *, attests: bool) -> list[tuple[str, type[FactForm]]]:
    """What a patient's page offers to somebody who may (`attests`) or may not state what only prescribers can."""
    return [(kind, form) for kind, form in KINDS.items() if form.shown_for(about) and (attests or not form.attests)]
