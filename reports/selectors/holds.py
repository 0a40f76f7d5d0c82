"""Why prescriptions were held, and how long it took until each reason was gone.

An episode is one reason of one prescription. It begins with the first release decision that names the reason and is
cleared by the next one that does not. Where the prescription was withdrawn or lapsed first, it ended without being
cleared. `prescription-closed` holds nothing: it refuses a second release of what
was released. Nor does `prescription-too-old`: it ends a hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from compliance.rules.verdict import Code
from prescriptions.models import Decision
from reports.period import Period

HOLDS_NOTHING = frozenset({Code.PRESCRIPTION_CLOSED, Code.PRESCRIPTION_TOO_OLD})


@dataclass(frozen=True, slots=True)
class Episode:
    """One reason of one prescription. Both ends None: it still holds."""

    patient_code: str
    prescription: UUID
    reason: str
    began_at: datetime
    decision: UUID
    cleared_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def hours(self) -> float | None:
        """Elapsed hours until it was cleared."""
        return None if self.cleared_at is None else (self.cleared_at - self.began_at) / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """All episodes of one reason."""

    code: str
    episodes: int
    cleared: int
    ended: int
    median_hours: float | None

    @property
    def still_held(self) -> int:
        return self.episodes - self.cleared - self.ended


def episodes(period: Period) -> list[Episode]:
    """Every episode that began in the period, by when it began. One query."""
    refused = Decision.objects.filter(
        program=period.program.code, gate="release", allowed=False, **period.within("decided_at")
    )
    rows = (
        Decision.objects.filter(gate="release", prescription__in=refused.values("prescription"))
        .order_by("prescription", "decided_at", "patient_seq")
        .values(
            "pk",
            "prescription_id",
            "decided_at",
            "blockers",
            patient_code=F("patient__code"),
            ended_at=Coalesce("prescription__withdrawn_at", "prescription__lapsed_at"),
        )
    )
    found = (
        episode
        for _, asked in groupby(rows, key=itemgetter("prescription_id"))
        for episode in _of_one_prescription(asked)
        if period.begins_at <= episode.began_at < period.ends_at
    )
    return sorted(found, key=lambda episode: (episode.began_at, episode.patient_code, episode.reason))


def by_reason(found: Iterable[Episode]) -> list[Reason]:
    """One line a reason, most frequent first."""
    grouped: dict[str, list[Episode]] = {}
    for episode in found:
        grouped.setdefault(episode.reason, []).append(episode)
    reasons = [_summary(code, group) for code, group in grouped.items()]
    return sorted(reasons, key=lambda reason: (-reason.episodes, reason.code))


def _summary(code: str, group: list[Episode]) -> Reason:
    hours = [episode.hours for episode in group if episode.hours is not None]
    return Reason(
        code=code,
        episodes=len(group),
        cleared=len(hours),
        ended=sum(episode.ended_at is not None for episode in group),
        median_hours=median(hours) if hours else None,
    )


def _of_one_prescription(asked: Iterable[Mapping[str, Any]]) -> Iterator[Episode]:
    """Follow the reasons from decision to decision; `asked` is in the order in which they were made."""
    holding: dict[str, Mapping[str, Any]] = {}
    for row in asked:
        reasons = set(row["blockers"]) - HOLDS_NOTHING
        for code in holding.keys() - reasons:
            yield _episode(code, holding.pop(code), cleared_at=row["decided_at"])
        for code in reasons - holding.keys():
            holding[code] = row
    for code, began in holding.items():
        yield _episode(code, began, ended_at=row["ended_at"])


def _episode(code: str, began: Mapping[str, Any], **end: datetime | None) -> Episode:
    return Episode(
        patient_code=began["patient_code"],
        prescription=began["prescription_id"],
        reason=code,
        began_at=began["decided_at"],
        decision=began["pk"],
        **end,
    )
