"""Who a user may see. Everything else does not exist for them."""

from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from compliance import clock
from compliance.models import Delegation, Membership, Patient, Prescriber


def patients_of(membership: Membership) -> QuerySet[Patient]:
    """The patients of the practice a prescriber or delegate works for; nobody's for every other role.

    A delegate sees them while some prescriber of the practice lets them prepare forms.
    """
    if membership.role == Membership.Role.PRESCRIBER:
        return Patient.objects.filter(practice=membership.practice)
    if membership.role == Membership.Role.DELEGATE and prescribers_of(membership).exists():
        return Patient.objects.filter(practice=membership.practice)
    return Patient.objects.none()


def prescribers_of(membership: Membership) -> QuerySet[Prescriber]:
    """For whom this person fills in forms: a prescriber for themselves, a delegate for those who named them."""
    if membership.role == Membership.Role.PRESCRIBER:
        return Prescriber.objects.filter(user=membership.user)
    if membership.practice is None:
        return Prescriber.objects.none()
    live = live_delegations(membership.practice.zone).filter(delegate=membership.user)
    return Prescriber.objects.filter(practice=membership.practice, pk__in=live.values("prescriber"))


def live_delegations(zone: str) -> QuerySet[Delegation]:
    """Those that last today, by the date in a practice's zone: the last day is included."""
    return Delegation.objects.filter(ended_at=None, last_on__gte=clock.now().astimezone(ZoneInfo(zone)).date())
