"""Roles and delegations begin and end."""

from datetime import date

from django.db import IntegrityError, transaction

from compliance import clock
from compliance.models import Delegation, Membership, Pharmacy, Practice, Prescriber, User
from compliance.services import audit


class AlreadyGiven(ValueError):
    """The user has a role already, or prepares forms for this prescriber already: end that first."""


def give_role(
    user: User,
    role: Membership.Role,
    *,
    by: User | None,
    practice: Practice | None = None,
    pharmacy: Pharmacy | None = None,
) -> Membership:
    """From now on `user` works in this role, at this place. Raises `AlreadyGiven` while an earlier role goes on."""
    membership = Membership(user=user, role=role, practice=practice, pharmacy=pharmacy, began_at=clock.database_now())
    with transaction.atomic():
        _begin(membership, name="membership_one_live_a_user")
        audit.note(audit.PROGRAM_OFFICE, "role-given", by=by, about={"membership": membership.pk, "user": user.pk})
    return membership


def end_role(membership: Membership, *, by: User | None) -> None:
    """Takes effect on the next request. Ending twice changes nothing."""
    with transaction.atomic():
        if Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=clock.database_now()):
            audit.note(audit.PROGRAM_OFFICE, "role-ended", by=by, about={"membership": membership.pk})


def delegate_to(prescriber: Prescriber, user: User, *, by: User | None, last_on: date) -> Delegation:
    """`user` may prepare this prescriber's forms up to and including `last_on`, and never sign one.

    `last_on` is a date of the practice's zone. Raises `AlreadyGiven` while an earlier delegation goes on.
    """
    delegation = Delegation(prescriber=prescriber, delegate=user, began_at=clock.database_now(), last_on=last_on)
    with transaction.atomic():
        _begin(delegation, name="delegation_one_live_a_pair")
        audit.note(audit.PROGRAM_OFFICE, "delegated", by=by, about={"delegation": delegation.pk})
    return delegation


def end_delegation(delegation: Delegation, *, by: User | None) -> None:
    """Takes effect on the next request. Ending twice changes nothing."""
    with transaction.atomic():
        if Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=clock.database_now()):
            audit.note(audit.PROGRAM_OFFICE, "delegation-ended", by=by, about={"delegation": delegation.pk})


def _begin(row: Membership | Delegation, *, name: str) -> None:
    """Write the row; `name` is the constraint that allows one live row."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as refused:
        if name in str(refused):
            raise AlreadyGiven from refused
        raise
