"""The patient's and the prescriber's surveys."""

from compliance.rules import calendar
from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def patient_survey_is_in_date(q: Question) -> Blocker | None:
    """So many calendar months from the last one, that day included; a category may be excused at initiation."""
    survey = q.edition.patient_survey.get(q.category.code) if q.category else None
    if survey is None or (survey.excused_at_initiation and q.initiation):
        return None
    answered_at = q.facts.standing.patient_survey_at
    if answered_at is not None and q.today <= calendar.add_months(q.date_of(answered_at), survey.months):
        return None
    return Blocker(Code.SURVEY_PATIENT_DUE, Party.PATIENT, survey.cite)


def prescriber_survey_names_the_prescription(q: Question) -> Blocker | None:
    survey = q.edition.prescriber_survey
    if survey is None or q.prescription.prescription in q.facts.standing.prescriber_surveys:
        return None
    return Blocker(Code.SURVEY_PRESCRIBER_MISSING, Party.PRESCRIBER, survey.cite)
