"""Tests that fell due in a period, and what became of them.

A test that is recommended only (`advice`) is nobody's duty and is not counted. Nor is one that the plan stopped asking
for before its day: treatment stopped, or a newer test moved the date. On time, late, missed and not yet over add up
to what was due.
"""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from compliance.models import ScheduledTest
from reports.period import Period

ASKED_ON_ITS_DAY = Q(met_on__isnull=False) | Q(closed_on__isnull=True) | Q(closed_on__gt=F("due_on"))
ON_TIME = Q(met_on__lte=F("due_on"))
LATE = Q(met_on__gt=F("due_on"))


def missed(period: Period) -> Q:
    """Its day has passed, and no test has met it."""
    return Q(met_on__isnull=True, due_on__lt=period.today)


def not_yet_over(period: Period) -> Q:
    """Its day has not passed; there is time."""
    return Q(met_on__isnull=True, due_on__gte=period.today)


def due(period: Period, which: Q | None = None) -> QuerySet[ScheduledTest, Any]:
    """The tests due in the period, or `which` of them, by due date."""
    return (
        _scheduled(period)
        .filter(which or Q())
        .order_by("due_on", "patient__code", "duty")
        .values("duty", "opens_on", "due_on", "met_on", patient_code=F("patient__code"))
    )


def tallies(period: Period) -> dict[str, int]:
    """How many of each, in one query."""
    return _scheduled(period).aggregate(
        due=Count("pk"),
        on_time=Count("pk", filter=ON_TIME),
        late=Count("pk", filter=LATE),
        missed=Count("pk", filter=missed(period)),
        not_yet=Count("pk", filter=not_yet_over(period)),
    )


def _scheduled(period: Period) -> QuerySet[ScheduledTest]:
    return ScheduledTest.objects.filter(
        ASKED_ON_ITS_DAY,
        program=period.program.code,
        advice=False,
        due_on__range=(period.first_on, period.last_on),
    )
