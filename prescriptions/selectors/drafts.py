"""Half-typed authorization forms: one's own, and those that delegates prepared."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from compliance import clock
from compliance.models import Delegation, Draft, Membership, Prescriber, User

FORM = "authorization"


def own_draft(user: User, patient_id: UUID, program: str) -> Draft | None:
    """What this user typed for the patient and has not signed."""
    return Draft.objects.filter(author=user, form=FORM, patient=patient_id, program=program).first()


def prepared_for(prescriber: Prescriber) -> QuerySet[Draft]:
    """Drafts that delegates of the prescriber call complete, newest first; only while the delegation lasts."""
    today = clock.now().astimezone(ZoneInfo(prescriber.practice.zone)).date()
    live = Delegation.objects.filter(prescriber=prescriber, ended_at=None, last_on__gte=today)
    return (
        Draft.objects.filter(
            form=FORM, ready=True, author__in=live.values("delegate"), data__prescriber=str(prescriber.pk)
        )
        .select_related("author", "patient")
        .order_by("-saved_at")
    )


def drafts_of(membership: Membership) -> QuerySet[Draft]:
    """Every authorization form this person has under way, newest first."""
    own = Draft.objects.filter(form=FORM, author=membership.user)
    return own.select_related("patient").order_by("-saved_at")
