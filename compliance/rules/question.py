"""One try: what the checks of a gate read beyond the patient's situation."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property

from compliance.rules import calendar
from compliance.rules.events import Method, PrescriptionWritten
from compliance.rules.facts import Facts
from compliance.rules.prescriptions import Authorization, Confirmation
from compliance.rules.program import Edition
from compliance.rules.situation import Situation
from compliance.rules.start_tests import SecondTests, second_tests
from compliance.rules.values import Anchor, Expiry
from compliance.rules.verdict import Blocker


class Question(Situation):
    """`pharmacy` is named by every gate but release; `method`, `counselled` and `guide_given` by dispense."""

    def __init__(
        self,
        facts: Facts,
        edition: Edition,
        *,
        at: datetime,
        prescription: PrescriptionWritten,
        pharmacy: str | None = None,
        method: Method | None = None,
        counselled: bool = False,
        guide_given: bool = False,
    ) -> None:
        super().__init__(facts, edition, at)
        self.prescription = prescription
        self.pharmacy = pharmacy
        self.method = method
        self.counselled = counselled
        self.guide_given = guide_given

    @cached_property
    def written_on(self) -> date:
        return self.date_of(self.prescription.at)

    @cached_property
    def second_tests(self) -> SecondTests:
        return second_tests(self)

    # --- the authorization and the confirmation under it ------------------------------------------------------------

    @property
    def authorization(self) -> Authorization | None:
        """The last release of the prescription, whatever became of it."""
        return self.facts.prescriptions.authorizations.get(self.prescription.prescription)

    @cached_property
    def voided_by(self) -> int | None:
        """The place in the list of the fact that voided the authorization."""
        return void_place(self.facts, self.authorization) if self.authorization else None

    @property
    def authorization_over(self) -> bool:
        end = self.authorization.released.expires_at if self.authorization else None
        return end is not None and self.at >= end

    @property
    def dispensed(self) -> bool:
        """Supplied by any pharmacy and not reversed."""
        return self.facts.prescriptions.supply_of(self.prescription.prescription) is not None

    @cached_property
    def own_confirmation(self) -> Confirmation | None:
        """What this pharmacy holds under the last release; expired, void and dispensed ones are still held."""
        held = self.facts.prescriptions.confirmation(self.prescription.prescription, self.pharmacy)
        under = self.authorization.index if self.authorization else None
        return held if held is not None and held.authorization == under else None

    def in_time(self, confirmation: Confirmation) -> bool:
        end = confirmation.confirmed.expires_at
        return end is None or self.at < end

    # --- what a release would issue ---------------------------------------------------------------------------------

    @cached_property
    def expiry(self) -> Expiry | None:
        """The edition's rule for the category; None where it sets no end."""
        return self.edition.authorization.get(self.category.code) if self.category else None

    @cached_property
    def counted_from(self) -> date | None:
        """The date an authorization issued now is counted from; None without a rule, or without that fact."""
        match self.expiry.anchor if self.expiry else None:
            case Anchor.TEST_COLLECTED:
                return self.date_of(self.latest_test.collected_at) if self.latest_test else None
            case Anchor.ISSUED:
                return self.today
            case Anchor.WRITTEN:
                return self.written_on
            case Anchor.COUNSELLED:
                counselled_at = self.facts.standing.prescription_counselled_at.get(self.prescription.prescription)
                return self.date_of(counselled_at) if counselled_at else None
            case _:
                return None

    @cached_property
    def would_expire_on(self) -> date | None:
        """The last good day of an authorization issued now."""
        if self.expiry is None or self.counted_from is None:
            return None
        return self.expiry.last_good_day(self.counted_from)

    @cached_property
    def would_expire_at(self) -> datetime | None:
        return calendar.end_of_day(self.would_expire_on, self.zone) if self.would_expire_on else None

    @property
    def window_test(self) -> str | None:
        """The test whose collection date an authorization issued now is counted from."""
        counts_from_a_test = self.expiry is not None and self.expiry.anchor is Anchor.TEST_COLLECTED
        return self.latest_test.id if counts_from_a_test and self.latest_test else None


Check = Callable[[Question], Blocker | None]


def void_place(facts: Facts, authorization: Authorization) -> int | None:
    """The place in the list of the first fact that voided a release: at once and for good."""
    places = [facts.prescriptions.first_void_after(authorization.index)]
    test = authorization.released.test
    if test is not None:
        places.append(facts.tests.first_change_after(test, authorization.index))
    return min((place for place in places if place is not None), default=None)
