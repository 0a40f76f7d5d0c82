"""Section 7: the plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.days import add, add_months, days, on
from tests.oracle.gates import birthday_18, last_patient_survey, test_rows
from tests.oracle.known import Known
from tests.oracle.pairs import lock_ends_on
from tests.oracle.steps import Step, latest


@dataclass(frozen=True)
class Due:
    """One duty before the question whether it is overdue."""

    duty: str
    owner: str
    due_on: date
    opens_on: date | None = None
    advice: bool = False
    ends: bool = False  # no fact can meet it: not listed after its due date


def plan(known: Known) -> list[dict]:
    """Every duty open or upcoming, by due date, then by name."""
    if known.enrolment is None:
        return []
    listed = [due for due in every_duty(known) if not (due.ends and known.today > due.due_on)]
    return [
        {
            "duty": due.duty,
            "owner": due.owner,
            "opens_on": due.opens_on,
            "due_on": due.due_on,
            "overdue": known.today > due.due_on,
            "advice": due.advice,
        }
        for due in sorted(listed, key=lambda due: (due.due_on, due.duty))
    ]


def every_duty(known: Known) -> Iterator[Due]:
    """All rows of section 7."""
    stop = stopped(known)
    if stop is None:
        yield from survey(known)
        first_dose_on = first_dose(known)
        if first_dose_on:
            yield from in_treatment(known, first_dose_on)
    else:
        yield from after_stop(known, known.date_of(stop))
    yield from before_start(known)
    yield from unused_confirmations(known)
    if known.category.age == "child":
        yield Due("turns-18", "prescriber", birthday_18(known))


def stopped(known: Known) -> Step | None:
    """The latest stop, unless a start or a supply stands after it in the list and is later by `at`."""
    stop = latest(known.facts["treatment.stopped"])
    if stop is None:
        return None
    again = known.facts["treatment.started"] + [supply.step for supply in known.supplies]
    return None if any(since(step, stop) for step in again) else stop


def since(step: Step, stop: Step | None) -> bool:
    """Whether a step stands after the stop in the list and is later by `at`."""
    return stop is None or (step.index > stop.index and step.at > stop.at)


def first_dose(known: Known) -> date | None:
    """The earliest start, or without one the first dispense, since the latest stop and since initiation began anew."""
    stop = latest(known.facts["treatment.stopped"])
    starts = [step for step in known.facts["treatment.started"] if since(step, stop)]
    supplies = [supply.step for supply in known.supplies if since(supply.step, stop)]
    if known.supplies_since_restart:
        starts = [step for step in starts if since_initiation(known, step)]
        supplies = [step for step in supplies if since_initiation(known, step)]
    first = min(starts or supplies, key=lambda step: step.at, default=None)
    return known.date_of(first) if first else None


def since_initiation(known: Known, step: Step) -> bool:
    """Whether a step came since initiation began anew, by a fact or by the months."""
    _, months_up_on = known.course
    if months_up_on is not None:
        return known.date_of(step) >= months_up_on
    restart = known.restart
    return restart is None or (step.index > restart.index and step.at >= restart.at)


def survey(known: Known) -> Iterator[Due]:
    """patient-survey, of somebody not stopped."""
    category = known.category
    if category.survey_months is None or (category.survey_excused_at_initiation and known.initiation):
        return
    last = last_patient_survey(known)
    if last is not None:
        due_on = add_months(known.date_of(last), category.survey_months)
    elif category.survey_excused_at_initiation:
        due_on = known.first_supply_since_initiation.on
    else:
        due_on = known.date_of(known.enrolment)
    yield Due("patient-survey", "patient", due_on)


def in_treatment(known: Known, first_dose_on: date) -> Iterator[Due]:
    """pregnancy-test and blood-count."""
    if known.can and not known.exempt:
        yield Due("pregnancy-test", "patient", next_test_on(known, first_dose_on))
    if known.edition.blood_count:
        yield Due("blood-count", "prescriber", next_count_on(known.today, first_dose_on), advice=True, ends=True)


def next_test_on(known: Known, first_dose_on: date) -> date:
    """The test due date at the end of section 7."""
    edition = known.edition
    anchor = first_dose_on
    if known.latest_negative:
        anchor = max(anchor, known.latest_negative.collected_on)
    if edition.weekly_days is not None and anchor + days(7) <= first_dose_on + days(edition.weekly_days):
        return anchor + days(7)
    pattern = latest(known.facts["menses.pattern"])
    irregular = pattern is not None and pattern["pattern"] == "irregular"
    return anchor + days(edition.test_every_irregular if irregular else edition.test_every)


def next_count_on(today: date, first_dose_on: date) -> date:
    """First date on or after today of: first dose + 7, 14 … 56 days, then that + 1, 2 … months."""
    for week in range(1, 9):
        if first_dose_on + days(7 * week) >= today:
            return first_dose_on + days(7 * week)
    months = 1
    while add_months(first_dose_on + days(56), months) < today:
        months += 1
    return add_months(first_dose_on + days(56), months)


def before_start(known: Known) -> Iterator[Due]:
    """first-test and second-test, for the latest prescription written."""
    prescription = latest(known.facts["prescription.written"])
    if prescription is None or not (known.can and known.initiation) or known.closed(prescription["prescription"]):
        return
    codes = test_rows(known, prescription)
    written_on = known.date_of(prescription)
    if "test-first-missing" in codes:
        if known.edition.tests == "us":
            yield Due("first-test", "patient", written_on - days(10), written_on - days(14))
        else:
            yield Due("first-test", "patient", written_on - days(30))
    if "test-second-missing" in codes or "test-locked" in codes:
        opens_on, due_on = second_test_days(known, prescription, written_on)
        yield Due("second-test", "patient", due_on, opens_on)


def second_test_days(known: Known, prescription: Step, written_on: date) -> tuple[date | None, date]:
    """First and last day of the second-test duty."""
    if known.edition.tests == "us":
        return on(prescription.at - timedelta(hours=24), known.zone), written_on
    if known.edition.tests == "eu":
        return written_on - days(3), written_on
    opens_on = known.run_enough_on(known.today)
    if opens_on is None:
        return None, written_on
    lock = lock_ends_on(known)
    opens_on = max(opens_on, lock or opens_on)
    return opens_on, max(opens_on, written_on)


def after_stop(known: Known, stop_on: date) -> Iterator[Due]:
    """What falls due after the last dose."""
    category, edition = known.category, known.edition
    if category.contraception_after is not None:
        last_on = add(stop_on, category.contraception_after)
        for week_on in (stop_on + days(number) for number in (7, 14, 21, 28)):
            if week_on <= last_on:
                yield Due("contraception-after-stop", "patient", week_on, ends=True)
    yield Due("no-blood-donation", "patient", add(stop_on, category.no_blood), ends=True)
    if category.no_semen is not None:
        yield Due("no-semen-donation", "patient", add(stop_on, category.no_semen), ends=True)
    if any(supply.last_covered > stop_on for supply in known.supplies):
        yield Due("return-unused", "patient", stop_on + days(28), ends=True)
    if not category.can or known.exempt:
        return
    if edition.test_at_stop and not tested_from(known, stop_on):
        yield Due("test-at-stop", "patient", stop_on)
    if edition.final_test_days is not None:
        opens_on = stop_on + days(edition.final_test_days)
        if not tested_from(known, opens_on):
            yield Due("final-test", "patient", opens_on + days(7), opens_on, advice=edition.final_test_advice)


def tested_from(known: Known, day: date) -> bool:
    """A countable negative test collected on that date or later."""
    return any(test.collected_on >= day for test in known.negatives)


def unused_confirmations(known: Known) -> Iterator[Due]:
    """reverse-unused, one for each confirmation that lapsed in a pharmacy's hands."""
    for each in known.confirmations:
        if each.held and not each.dispensed and known.at >= each.expires_at:
            yield Due("reverse-unused", "pharmacy", on(each.expires_at, known.zone) + days(1))
