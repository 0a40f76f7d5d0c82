"""The schedule of tests: which the plan asked for, by when, and what met them. A projection of the ledger.

`ScheduledTest` rows follow from the patient's chain alone: after each entry, and at each midnight of the program's zone
in between, the plan is asked and compared with the open rows. So bringing rows up to date in steps and making them anew
from the first entry give the same rows, whenever either is done. No gate reads them.

What the columns say, for whoever counts:

- A row is one duty and one due date: `pregnancy-test`, `first-test`, `second-test`, `test-at-stop`, `final-test`.
- `closed_on` is the program's date on which the plan no longer asked for it; null while it does.
- `met_by`, `met_on`: the countable negative test that ended it, and that test's collection date. A correction or a
  voiding that brings the duty back opens the row again.
- *due* in a period: `due_on` in it, without the rows that were taken back: closed without a test on or before `due_on`,
  because treatment stopped, the category changed or another date took its place.
- *on time*: `met_on` on or before `due_on`. *Late*: `met_on` after it.
- *missed*: closed without a test after `due_on`, or still open when that date is past.
- `advice` rows are what the program recommends; count them apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from compliance.models import Reassessment, ScheduledTest
from compliance.programs import load_programs
from compliance.rules.calendar import add_days, date_of, start_of_day
from compliance.rules.events import Event, PregnancyTestCorrected, PregnancyTestResulted
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.pregnancy_tests import KnownTest
from compliance.rules.program import NoEdition, Program
from compliance.rules.situation import Situation
from compliance.rules.verdict import Duty, DutyKind
from compliance.selectors.course import Learnt, chain_of

TEST_DUTIES = frozenset(
    {
        DutyKind.PREGNANCY_TEST,
        DutyKind.FIRST_TEST,
        DutyKind.SECOND_TEST,
        DutyKind.TEST_AT_STOP,
        DutyKind.FINAL_TEST,
    }
)
Key = tuple[str, date]


@dataclass(slots=True)
class Schedule:
    """The rows of one patient in one program while they are brought up to date; nothing is saved here."""

    patient_id: UUID
    program: Program
    rows: dict[Key, ScheduledTest]

    def look(self, facts: Facts, *, at: datetime, learnt: Event | None) -> None:
        """Compare the plan of that moment with the rows. `learnt` is the last thing in `facts`, where it is new."""
        asked = {(str(duty.duty), duty.due_on): duty for duty in duties_at(facts, self.program, at=at)}
        for key, duty in asked.items():
            self._ask(key, duty)
        for key, row in self.rows.items():
            if row.closed_on is None and key not in asked:
                self._close(row, facts, at=at, learnt=learnt)

    def _ask(self, key: Key, duty: Duty) -> None:
        row = self.rows.get(key)
        if row is None:
            row = ScheduledTest(patient_id=self.patient_id, program=self.program.code, duty=key[0], due_on=key[1])
            self.rows[key] = row
        row.opens_on, row.advice = duty.opens_on, duty.advice
        row.closed_on = row.met_by_id = row.met_on = None

    def _close(self, row: ScheduledTest, facts: Facts, *, at: datetime, learnt: Event | None) -> None:
        row.closed_on = date_of(at, self.program.zone)
        met_by = self._test_that_met(row, facts, at=at, learnt=learnt)
        if met_by is not None:
            row.met_by_id, row.met_on = UUID(met_by.id), date_of(met_by.collected_at, self.program.zone)

    def _test_that_met(
        self, row: ScheduledTest, facts: Facts, *, at: datetime, learnt: Event | None
    ) -> KnownTest | None:
        """The test that was just learnt, if it counts; of a duty with a window, rather the latest inside the window."""
        edition = self.program.gates_at(at)
        if edition is None or not isinstance(learnt, PregnancyTestResulted | PregnancyTestCorrected):
            return None
        tests = list(Situation(facts, edition, at).countable_negatives())
        if row.opens_on is not None:
            for test in tests:
                if row.opens_on <= date_of(test.collected_at, self.program.zone) <= row.due_on:
                    return test
        return next((test for test in tests if test.id == learnt.test), None)


def duties_at(facts: Facts, program: Program, *, at: datetime) -> Iterator[Duty]:
    """The test duties of the plan at a moment; none where no edition answers."""
    try:
        yield from (duty for duty in plan(facts, program, at=at) if duty.duty in TEST_DUTIES)
    except NoEdition:
        return


def bring_up_to_date(patient_id: UUID, program_code: str, *, seq: int, at: datetime) -> None:
    """Rows as of `at` and of the chain up to `seq`. The caller holds the patient's lock, or nobody else writes."""
    program = load_programs()[program_code]
    reached = Reassessment.objects.filter(patient=patient_id, program=program_code).first()
    saved = ScheduledTest.objects.filter(patient=patient_id, program=program_code)
    if reached is None:
        saved.delete()
    schedule = Schedule(patient_id, program, {(row.duty, row.due_on): row for row in saved})
    before = {key: _values(row) for key, row in schedule.rows.items()}
    chain = list(chain_of(patient_id, program=program_code))
    if chain:
        _follow(schedule, chain, reached=reached, at=at)
    _save(schedule, before)
    Reassessment.objects.update_or_create(
        patient_id=patient_id, program=program_code, defaults={"patient_seq": seq, "reached_at": at}
    )


def rebuild(patient_id: UUID, program_code: str, *, seq: int, at: datetime) -> None:
    """Throw the rows of one patient and program away and make them anew from the ledger."""
    Reassessment.objects.filter(patient=patient_id, program=program_code).delete()
    bring_up_to_date(patient_id, program_code, seq=seq, at=at)


def _follow(schedule: Schedule, chain: list[Learnt], *, reached: Reassessment | None, at: datetime) -> None:
    seen = reached.patient_seq if reached else 0
    facts = Facts.of(known.event for known in chain if known.seq <= seen)
    since = reached.reached_at if reached else chain[0].recorded_at
    for known in (known for known in chain if known.seq > seen):
        _pass_midnights(schedule, facts, since=since, until=known.recorded_at)
        facts = facts.plus(known.event)
        schedule.look(facts, at=known.recorded_at, learnt=known.event)
        since = known.recorded_at
    _pass_midnights(schedule, facts, since=since, until=at)


def _pass_midnights(schedule: Schedule, facts: Facts, *, since: datetime, until: datetime) -> None:
    if facts.standing.category is None:
        return
    for midnight in midnights(schedule.program, since=since, until=until):
        schedule.look(facts, at=midnight, learnt=None)


def midnights(program: Program, *, since: datetime, until: datetime) -> Iterator[datetime]:
    """The starts of the program's days after `since`, up to and including `until`."""
    day, last = date_of(since, program.zone), date_of(until, program.zone)
    while day < last:
        day = add_days(day, 1)
        yield start_of_day(day, program.zone)


def _save(schedule: Schedule, before: dict[Key, tuple[object, ...]]) -> None:
    new = [row for key, row in schedule.rows.items() if key not in before]
    changed = [row for key, row in schedule.rows.items() if key in before and before[key] != _values(row)]
    ScheduledTest.objects.bulk_create(new)
    ScheduledTest.objects.bulk_update(changed, ["opens_on", "advice", "closed_on", "met_by", "met_on"])


def _values(row: ScheduledTest) -> tuple[object, ...]:
    return (row.opens_on, row.advice, row.closed_on, row.met_by_id, row.met_on)
