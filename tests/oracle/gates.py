"""Section 5: what each gate asks. Every row is a function that says whether it blocks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.days import add_months, days, end_of, last_good_day, midnight, on
from tests.oracle.known import Known
from tests.oracle.pairs import candidates, first_test_found, lock_ends_on, serving
from tests.oracle.steps import Step, latest

Blockers = dict[str, datetime | None]  # code -> opens_at


def evidence_rows(known: Known, prescription: Step) -> Blockers:
    """The rows which release, confirm and dispense share."""
    codes = {
        "not-enrolled": known.enrolment is None,
        "prescriber-not-certified": not certified(known, "prescriber", prescription["prescriber"]),
        "evaluation-open": evaluation_open(known),
        "pregnancy-reported": pregnancy_reported(known),
        "test-positive": positive_open(known),
        "test-unclear": unclear(known),
    }
    if known.enrolment:
        codes |= agreement_rows(known)
        codes["category-outdated"] = outdated(known)
        if known.can:
            statement = known.statement_on(known.today)
            codes["contraception-missing"] = statement is None
            codes["contraception-insufficient"] = statement is not None and not known.sufficient(statement)
    return {code: None for code, blocks in codes.items() if blocks}


def certified(known: Known, who: str, name: str) -> bool:
    """Whether the latest fact about this certificate certifies."""
    facts = known.facts[f"{who}.certified"] + known.facts[f"{who}.decertified"]
    last = latest([step for step in facts if step[who] == name])
    return last is not None and last.name == f"{who}.certified"


def agreement_rows(known: Known) -> dict[str, bool]:
    """agreement-missing and agreement-category-differs."""
    last = latest([step for step in known.facts["agreement.signed"] if step.at >= known.enrolment.at])
    if last is None:
        return {"agreement-missing": True}
    changed = latest(known.facts["category.changed"])
    early = changed is not None and last.at < changed.at
    return {"agreement-category-differs": last["category"] != known.category_name or early}


def outdated(known: Known) -> bool:
    """A child's category at 18, an adult's before."""
    if known.category.age is None:
        return False
    return (known.category.age == "child") == (known.today >= birthday_18(known))


def birthday_18(known: Known) -> date:
    """The 18th birthday; born 29 February: 28 February."""
    return add_months(date.fromisoformat(known.enrolment["birth_date"]), 18 * 12)


def evaluation_open(known: Known) -> bool:
    """A menses.abnormal with no countable negative test collected later than it."""
    return any(all(test.collected_at <= odd.at for test in known.negatives) for odd in known.facts["menses.abnormal"])


def pregnancy_reported(known: Known) -> bool:
    """A report by the patient that nothing excluded."""
    reports = known.facts["pregnancy.reported"]
    return any(step["who"] == "patient" and not known.excluded(step) for step in reports)


def positive_open(known: Known) -> bool:
    """A positive result that nothing excluded."""
    return any(test.result == "positive" and not known.excluded(test.stated) for test in known.tests)


def unclear(known: Known) -> bool:
    """No positive is open, and the last collected test is indeterminate."""
    last = max(known.tests, key=lambda test: (test.collected_at, test.order), default=None)
    return last is not None and last.result == "indeterminate" and not positive_open(known)


# -- release


def release(known: Known, prescription: Step) -> Blockers:
    """Every blocker of a release."""
    blockers = evidence_rows(known, prescription)
    blockers |= {code: None for code, blocks in prescription_rows(known, prescription).items() if blocks}
    if re_enrolment_due(known):
        blockers["re-enrolment-due"] = None
    if known.enrolment:
        blockers |= {code: None for code, blocks in enrolled_rows(known, prescription).items() if blocks}
        if known.can:
            blockers |= contraception_too_recent(known)
            blockers |= test_rows(known, prescription)
    return blockers


def prescription_rows(known: Known, prescription: Step) -> dict[str, bool]:
    """The rows which read neither category nor agreement."""
    name, edition = prescription["prescription"], known.edition
    signed = {step["form"] for step in known.facts["form.signed"] if step["prescription"] == name}
    surveys = [s for s in known.facts["survey.completed"] if s["by"] == "prescriber" and s["prescription"] == name]
    written_on = known.date_of(prescription)
    return {
        "form-missing": any(form not in signed for form in edition.forms),
        "survey-prescriber-missing": edition.prescriber_survey and not surveys,
        "refills-not-allowed": prescription.get("refills", 0) > 0,
        "verbal-not-allowed": prescription.get("verbal", False) and not edition.verbal_allowed,
        "prescription-too-old": known.at
        >= end_of(last_good_day(written_on, edition.hold_days_max, "exclusive"), known.zone),
        "prescription-closed": known.closed(name),
    }


def enrolled_rows(known: Known, prescription: Step) -> dict[str, bool]:
    """The rows that read the category or the agreement, but for tests and contraception."""
    days_supply = prescription["days_supply"]
    ends_at = expiry(known, prescription)
    from_paper = known.category.expiry is not None and known.category.expiry[0] in {"written", "counselling"}
    return {
        "counselling-missing": counselling_missing(known, prescription["prescription"]),
        "survey-patient-due": survey_due(known),
        "supply-too-long": days_supply > known.category.supply_days or days_supply < 1,
        "authorization-expired": from_paper and ends_at is not None and known.at >= ends_at,
    }


def re_enrolment_due(known: Known) -> bool:
    """Too long away, and no agreement signed since the day on which the months were up."""
    up_on = known.months_up_on
    if up_on is None or known.today < up_on:
        return False
    return all(known.date_of(step) < up_on for step in known.facts["agreement.signed"])


def counselling_missing(known: Known, prescription: str) -> bool:
    """No counselling for this prescription; or, where once is enough, none since the latest agreement."""
    counselled = known.facts["counselled"]
    if not known.category.counselling_once:
        return not any(step.get("prescription") == prescription for step in counselled)
    agreement = latest(known.facts["agreement.signed"])
    return agreement is None or not any(step.at >= agreement.at for step in counselled)


def survey_due(known: Known) -> bool:
    """The patient's survey is asked and not in date."""
    months = known.category.survey_months
    if months is None or (known.category.survey_excused_at_initiation and known.initiation):
        return False
    last = last_patient_survey(known)
    return last is None or known.today > add_months(known.date_of(last), months)


def last_patient_survey(known: Known) -> Step | None:
    """The latest survey by the patient."""
    return latest([step for step in known.facts["survey.completed"] if step["by"] == "patient"])


def contraception_too_recent(known: Known) -> Blockers:
    """Sufficient contraception is in force, but not for long enough."""
    enough_on = known.run_enough_on(known.today)
    if enough_on is None or known.today >= enough_on:
        return {}
    return {"contraception-too-recent": midnight(enough_on, known.zone)}


def test_rows(known: Known, prescription: Step) -> Blockers:
    """test-first-missing to test-locked, of somebody who can get pregnant."""
    blockers: Blockers = {}
    if known.initiation:
        if known.edition.tests != "eu" and not first_test_found(known, prescription):
            blockers["test-first-missing"] = None
        if not candidates(known, prescription) and not known.exempt:
            blockers |= second_test_row(known, prescription)
        return blockers
    if known.exempt:
        return {}
    last = known.latest_negative
    if last is None:
        return {"test-missing": None}
    if known.edition.tests == "eu":
        closed = last.collected_on < known.date_of(prescription) - days(3)
    else:
        closed = not known.window_open(last)
    return {"test-too-old": None} if closed else {}


def second_test_row(known: Known, prescription: Step) -> Blockers:
    """No candidate: locked where a test that would serve is barred by the lock, else missing."""
    if not serving(known, prescription):
        return {"test-second-missing": None}
    return {"test-locked": midnight(lock_ends_on(known), known.zone)}


def expiry(known: Known, prescription: Step) -> datetime | None:
    """`expires_at` of an authorization released now; None where the edition sets none or its anchor is not there."""
    if known.category.expiry is None:
        return None
    anchor, number, counting = known.category.expiry
    if anchor == "test":
        start = known.latest_negative.collected_on if known.latest_negative else None
    elif anchor == "issue":
        start = known.today
    elif anchor == "written":
        start = known.date_of(prescription)
    else:
        name = prescription["prescription"]
        naming = latest([step for step in known.facts["counselled"] if step.get("prescription") == name])
        start = known.date_of(naming) if naming else None
    return None if start is None else end_of(last_good_day(start, number, counting), known.zone)


# -- confirm, dispense, reverse


def confirm(known: Known, prescription: Step, pharmacy: str) -> Blockers:
    """Every blocker of a confirm."""
    blockers = pharmacy_rows(known, prescription, pharmacy)
    name = prescription["prescription"]
    release_step = known.last_release(name)
    for other in known.confirmations:
        live = other.held and not other.dispensed and known.at < other.expires_at
        if (
            live
            and release_step is other.release
            and other.step["pharmacy"] != pharmacy
            and not known.void(release_step)
        ):
            blockers["confirmation-in-use"] = None
    return blockers


def pharmacy_rows(known: Known, prescription: Step, pharmacy: str) -> Blockers:
    """What confirm and dispense share."""
    blockers = evidence_rows(known, prescription)
    release_step = known.last_release(prescription["prescription"])
    rows = {
        "pharmacy-not-certified": not certified(known, "pharmacy", pharmacy),
        "authorization-missing": release_step is None,
        "already-dispensed": known.dispensed(prescription["prescription"]),
    }
    if release_step is not None:
        expires_at = release_step.effect["expires_at"]
        rows["authorization-expired"] = expires_at is not None and known.at >= expires_at
        rows["authorization-void"] = known.void(release_step)
    blockers |= {code: None for code, blocks in rows.items() if blocks}
    return blockers | supply_too_early(known)


def supply_too_early(known: Known) -> Blockers:
    """More than `days_left_max` days of the previous supply are left."""
    left_max = known.edition.days_left_max
    if left_max is None or not known.supplies:
        return {}
    covered_to = max(supply.last_covered for supply in known.supplies)
    if max((covered_to - known.today).days, 0) <= left_max:
        return {}
    return {"supply-too-early": midnight(covered_to - days(left_max), known.zone)}


def confirmation_expiry(known: Known, release_step: Step) -> datetime:
    """When a confirmation issued now ends."""
    day_later = known.at + timedelta(hours=24)
    own = release_step.effect["expires_at"]
    if own is None:
        return day_later
    if known.edition.confirmation == "authorization-else-24h":
        return own
    return min(day_later, own)


def dispense(known: Known, prescription: Step, try_step: Step) -> Blockers:
    """Every blocker of a dispense."""
    pharmacy = try_step["pharmacy"]
    blockers = pharmacy_rows(known, prescription, pharmacy)
    name = prescription["prescription"]
    held = known.confirmation(name, pharmacy, known.last_release(name))
    rows = {
        "confirmation-missing": held is None,
        "pharmacy-counselling-missing": not try_step["counselled"],
        "guide-missing": known.edition.guide and not try_step["guide_given"],
    }
    if held is not None:
        rows["confirmation-expired"] = known.at >= held.expires_at
        zone = pharmacy_zone(known, pharmacy)
        other_day = on(held.step.at, zone) != on(known.at, zone)
        rows["ship-same-day"] = known.edition.ship_same_day and known.can and try_step["method"] == "ship" and other_day
    return blockers | {code: None for code, blocks in rows.items() if blocks}


def pharmacy_zone(known: Known, pharmacy: str) -> ZoneInfo:
    """The zone the pharmacy's latest certification names; left out, the program's."""
    last = latest([step for step in known.facts["pharmacy.certified"] if step["pharmacy"] == pharmacy])
    name = last.get("zone") if last else None
    return ZoneInfo(name) if name else known.zone


def reverse(known: Known, prescription: Step, pharmacy: str) -> Blockers:
    """Nothing but whether the pharmacy holds a confirmation of it, under whichever release."""
    name = prescription["prescription"]
    held = any(
        each.held and each.step["prescription"] == name and each.step["pharmacy"] == pharmacy
        for each in known.confirmations
    )
    return {} if held else {"confirmation-missing": None}
