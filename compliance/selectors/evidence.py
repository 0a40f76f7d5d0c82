"""One patient's evidence as it stands on record, for the pages of their practice, with corrections beside it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from compliance.models import PregnancyTest, TestCorrection, TestVoiding


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a test says at some point: the instant of collection, result, sensitivity in mIU/mL, setting."""

    collected_at: datetime
    result: str
    sensitivity: float
    setting: str
    home_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOnRecord:
    """A test with every version of its values, oldest first; the last version counts, unless it is voided."""

    __test__ = False

    test: PregnancyTest
    versions: tuple[Values, ...]
    corrections: tuple[TestCorrection, ...] = ()
    voided: TestVoiding | None = None
    counts: Values = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", self.versions[-1])


def tests_on_record(patient_id: UUID) -> list[TestOnRecord]:
    """Every test of the patient with its corrections and voiding, the latest collected first. Three queries."""
    corrections = TestCorrection.objects.select_related("recorded_by").order_by("entry__seq")
    voidings = TestVoiding.objects.select_related("recorded_by").order_by("entry__seq")
    rows = PregnancyTest.objects.filter(patient=patient_id).prefetch_related(
        Prefetch("corrections", queryset=corrections), Prefetch("voidings", queryset=voidings)
    )
    known = [on_record(row) for row in rows]
    return sorted(known, key=lambda one: (one.counts.collected_at, one.test.recorded_at), reverse=True)


def test_on_record(patient_id: UUID, test_id: UUID) -> TestOnRecord | None:
    """One test of the patient; None where it is nobody's or somebody else's."""
    test = PregnancyTest.objects.filter(pk=test_id, patient=patient_id).first()
    return None if test is None else on_record(test)


def on_record(test: PregnancyTest) -> TestOnRecord:
    """The versions of one test, from its row and the corrections that name it."""
    first = Values(
        collected_at=test.collected_at,
        result=test.result,
        sensitivity=test.sensitivity,
        setting=test.setting,
        home_allowed=test.home_allowed,
    )
    versions, corrections = [first], tuple(test.corrections.all())
    for correction in corrections:
        versions.append(replace(versions[-1], **said(correction)))
    voided = next(iter(test.voidings.all()), None)
    return TestOnRecord(test=test, versions=tuple(versions), corrections=corrections, voided=voided)


def said(correction: TestCorrection) -> dict[str, Any]:
    """The values a correction states; what it leaves out stays as it was."""
    names = ("collected_at", "result", "sensitivity", "setting", "home_allowed")
    stated = {name: getattr(correction, name) for name in names}
    return {name: value for name, value in stated.items() if value is not None}
