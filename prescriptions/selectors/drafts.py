"""Half-typed authorization forms: one's own, and those that delegates prepared."""

from uuid import UUID

from django.db.models import QuerySet

from compliance.models import Draft, Membership, Prescriber, User
from compliance.selectors.people import live_delegations

FORM = "authorization"


def own_draft(user: User, patient_id: UUID, program: str) -> Draft | None:
    """What this user typed for the patient and has not signed."""
    return Draft.objects.filter(author=user, form=FORM, patient=patient_id, program=program).first()


def prepared_for(prescriber: Prescriber, *, zone: str | None = None) -> QuerySet[Draft]:
    """Drafts that delegates of the prescriber call complete, newest first; only while the delegation lasts.

    `zone` is the practice's, where it is at hand.
    """
    live = live_delegations(zone or prescriber.practice.zone).filter(prescriber=prescriber)
    return (
        Draft.objects.filter(
            form=FORM, ready=True, author__in=live.values("delegate"), data__prescriber=str(prescriber.pk)
        )
        .select_related("author", "patient")
        .order_by("-saved_at")
    )


def waiting_for(membership: Membership) -> list[Draft]:
    """What lies ready for this person's signature; nothing for who does not sign."""
    prescriber: Prescriber | None = getattr(membership.user, "prescriber", None)
    if membership.role != Membership.Role.PRESCRIBER or prescriber is None:
        return []
    zone = membership.practice.zone if membership.practice else None
    return list(prepared_for(prescriber, zone=zone).filter(patient__practice=membership.practice))
