"""Surveys, the eighteenth birthday, and confirmations that were never used."""

from collections.abc import Iterator
from datetime import date

from compliance.rules import calendar
from compliance.rules.course import PatientCourse
from compliance.rules.values import Survey
from compliance.rules.verdict import Duty, DutyKind, Party


def patient_survey(course: PatientCourse) -> Iterator[Duty]:
    survey = course.edition.patient_survey.get(course.enrolled_category.code)
    if survey is None or course.stop is not None or (survey.excused_at_initiation and course.initiation):
        return
    due_on = _survey_due_on(course, survey)
    if due_on is not None:
        yield course.duty(DutyKind.PATIENT_SURVEY, Party.PATIENT, due_on, survey.cite)


def _survey_due_on(course: PatientCourse, survey: Survey) -> date | None:
    standing = course.facts.standing
    if standing.patient_survey_at is not None:
        return calendar.add_months(course.date_of(standing.patient_survey_at), survey.months)
    if survey.excused_at_initiation and course.course is not None:
        return course.date_of(course.course.first_supply.moment.at)
    return course.date_of(standing.enrolment.at) if standing.enrolment else None


def birthday(course: PatientCourse) -> Iterator[Duty]:
    """Said ahead, never applied by the system itself."""
    age, birth_date = course.edition.adult_age, course.facts.standing.birth_date
    if age is None or birth_date is None or course.enrolled_category.is_child is not True:
        return
    due_on = calendar.add_years(birth_date, age.years)
    yield course.duty(DutyKind.TURNS_18, Party.PRESCRIBER, due_on, age.cite)


def confirmations_to_reverse(course: PatientCourse) -> Iterator[Duty]:
    """Due on the day after the date on which the confirmation ended."""
    for held in course.facts.prescriptions.unused_confirmations(course.at):
        ended_at = held.confirmed.expires_at
        if ended_at is not None:
            yield course.duty(
                DutyKind.REVERSE_UNUSED,
                Party.PHARMACY,
                calendar.add_days(course.date_of(ended_at), 1),
                course.edition.confirmation.cite,
                prescription=held.confirmed.prescription,
                pharmacy=held.confirmed.pharmacy,
            )
