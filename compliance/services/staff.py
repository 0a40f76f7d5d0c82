"""Roles and delegations begin and end."""

from datetime import date

from django.db import transaction

from compliance import clock
from compliance.models import Delegation, Membership, Pharmacy, Practice, Prescriber, User
from compliance.services import audit


def give_role(
    user: User,
    role: Membership.Role,
    *,
    by: User | None,
    practice: Practice | None = None,
    pharmacy: Pharmacy | None = None,
) -> Membership:
    """From now on `user` works in this role, at this place. An earlier role must have been ended."""
    with transaction.atomic():
        membership = Membership.objects.create(
            user=user, role=role, practice=practice, pharmacy=pharmacy, began_at=clock.now()
        )
        audit.note(audit.PROGRAM_OFFICE, "role-given", by=by, about={"membership": membership.pk, "user": user.pk})
    return membership


def end_role(membership: Membership, *, by: User | None) -> None:
    """Takes effect on the next request. Ending twice changes nothing."""
    with transaction.atomic():
        if Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=clock.now()):
            audit.note(audit.PROGRAM_OFFICE, "role-ended", by=by, about={"membership": membership.pk})


def delegate_to(prescriber: Prescriber, user: User, *, by: User | None, last_on: date) -> Delegation:
    """`user` may prepare this prescriber's forms up to and including `last_on`, and never sign one."""
    with transaction.atomic():
        delegation = Delegation.objects.create(
            prescriber=prescriber, delegate=user, began_at=clock.now(), last_on=last_on
        )
        audit.note(audit.PROGRAM_OFFICE, "delegated", by=by, about={"delegation": delegation.pk})
    return delegation


def end_delegation(delegation: Delegation, *, by: User | None) -> None:
    """Takes effect on the next request. Ending twice changes nothing."""
    with transaction.atomic():
        if Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=clock.now()):
            audit.note(audit.PROGRAM_OFFICE, "delegation-ended", by=by, about={"delegation": delegation.pk})
