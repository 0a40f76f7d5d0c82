"""What a prescription written at this moment would be answered, before anything is typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from compliance.rules.decide import decide
from compliance.rules.events import Counselled, Event, FormSigned, PrescriptionWritten, SurveyCompleted
from compliance.rules.facts import Facts
from compliance.rules.program import Edition, Program
from compliance.rules.values import Category, Form
from compliance.rules.verdict import Blocker, Gate, Verdict
from compliance.selectors.facts import Reach, facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the edition in force lets the form offer for a patient of this category.

    `supply_days` is the most days one prescription may cover, None where the edition sets no limit.
    """

    program: str
    edition: str
    title: str
    medicine: str
    strengths_mg: tuple[Decimal, ...]
    category: Category
    supply_days: int | None
    refills_allowed: bool
    verbal_allowed: bool
    asks_counselling: bool
    asks_survey: bool
    forms: tuple[Form, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The release gate's answer to a prescription written now.

    `supplied` is what the form brings along itself; `remaining` is what it cannot. `expires_at` is when the
    authorization would end if nothing remained.
    """

    supplied: tuple[Blocker, ...]
    remaining: tuple[Blocker, ...]
    expires_at: datetime | None
    at: datetime


def facts_for_form(patient_id: UUID, program: Program, prescriber_id: UUID) -> Facts:
    """What is known about the patient and the certificates of the prescriber. One query."""
    return facts_of(Reach(patient_id), program=program.code, others=[Reach(prescriber_id)])


def terms_of(facts: Facts, program: Program, at: datetime) -> Terms | None:
    """The form's terms; None before enrolment and in a retired program. Raises `NoEdition`."""
    edition, category = program.gates_at(at), facts.standing.category
    if edition is None or category is None:
        return None
    supply = edition.supply.get(category)
    return Terms(
        program=program.code,
        edition=edition.id,
        title=edition.title.name,
        medicine=edition.medicine.name,
        strengths_mg=tuple(Decimal(str(strength)) for strength in edition.medicine.capsules_mg),
        category=edition.categories[category],
        supply_days=supply.days if supply else None,
        refills_allowed=edition.refills.allowed,
        verbal_allowed=edition.verbal.allowed,
        asks_counselling=category in edition.counselling,
        asks_survey=edition.prescriber_survey is not None,
        forms=edition.forms,
        zone=program.zone,
    )


def preview(
    facts: Facts, program: Program, *, prescriber_id: UUID, at: datetime, days_supply: int = 1, verbal: bool = False
) -> Preview:
    """Decide the release of a prescription that this prescriber would write at `at`, within the limits.

    Asked twice, without and with what the form itself supplies, so that the two are told apart. Writes nothing.
    """
    name = str(uuid4())
    at = max(at, facts.last_learnt_at or at)
    written = PrescriptionWritten(
        at, prescription=name, prescriber=str(prescriber_id), days_supply=days_supply, verbal=verbal
    )
    without = _release(facts.plus(written), program, name, at)
    verdict = _signed(facts, program, written)
    return Preview(
        supplied=tuple(blocker for blocker in without.blockers if blocker.code not in verdict.codes),
        remaining=verdict.blockers,
        expires_at=verdict.expires_at,
        at=at.astimezone(program.zone),
    )


def if_signed_now(facts: Facts, program: Program, *, prescriber_id: UUID, at: datetime) -> Verdict:
    """The release's answer alone, with all that the form supplies: for lists of many patients."""
    at = max(at, facts.last_learnt_at or at)
    name = str(uuid4())
    return _signed(
        facts, program, PrescriptionWritten(at, prescription=name, prescriber=str(prescriber_id), days_supply=1)
    )


def _signed(facts: Facts, program: Program, written: PrescriptionWritten) -> Verdict:
    whole = facts.plus(written)
    for event in _from_the_form(program.gates_at(written.at), written.prescription, written.at):
        whole = whole.plus(event)
    return _release(whole, program, written.prescription, written.at)


def _release(facts: Facts, program: Program, prescription: str, at: datetime) -> Verdict:
    return decide(facts, program, gate=Gate.RELEASE, at=at, prescription=prescription)


def _from_the_form(edition: Edition | None, prescription: str, at: datetime) -> Iterator[Event]:
    yield Counselled(at, prescription=prescription)
    yield SurveyCompleted(at, by="prescriber", prescription=prescription)
    for form in edition.forms if edition else ():
        yield FormSigned(at, form=form.code, prescription=prescription)
