"""Who may do what, in plain words. Every view names one permission, or says that it is open to everybody.

A record that is not yours answers like one that does not exist: permissions open a kind of page, `selectors.people`
says which records a person may see on it.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from compliance.models import Membership, Result, User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Permission(Enum):
    """One kind of act each."""

    SEE_PATIENTS = "see the patients of one's own practice"
    RECORD_FACTS = "enrol, record and correct what is known about a patient"
    ATTEST = (
        "attest as a prescriber: agreement, category, counselling, own survey, that a pregnancy is excluded, "
        "and that a positive test was not one"
    )
    PREPARE_FORMS = "fill in an authorization form and keep it as a draft"
    SIGN_FORMS = "sign an authorization form, and withdraw a prescription"
    VERIFY = "ask whether a number may be dispensed"
    DISPENSE = "confirm and dispense, for one's own site"
    REVERSE = "give a confirmation back, for one's own site"
    SEE_DECISIONS = "see every decision with its inputs, by patient code"
    SEE_COUNTS = "see and export the program's counts"
    CERTIFY = "certify prescribers and pharmacies, and take that back"
    SEE_OUTBOX = "see the messages the demonstration sent"


class Role:
    """What somebody does here. `says` is shown to them."""

    says: ClassVar["StrPromise"]
    may: ClassVar[frozenset[Permission]]


class Prescriber(Role):
    says = _(
        "Treats patients of one practice: records what is known, completes and signs authorization forms, "
        "stops treatment."
    )
    may = frozenset(
        {
            Permission.SEE_PATIENTS,
            Permission.RECORD_FACTS,
            Permission.ATTEST,
            Permission.PREPARE_FORMS,
            Permission.SIGN_FORMS,
            Permission.SEE_OUTBOX,
        }
    )


class Delegate(Role):
    says = _("Prepares forms and records for the prescribers who named them, until a date. Never signs.")
    may = frozenset({Permission.SEE_PATIENTS, Permission.RECORD_FACTS, Permission.PREPARE_FORMS, Permission.SEE_OUTBOX})


class Pharmacist(Role):
    says = _(
        "Works for a certified pharmacy. Verifies and dispenses. "
        "Never sees test values, cycle data or the contraceptive method."
    )
    may = frozenset({Permission.VERIFY, Permission.DISPENSE, Permission.REVERSE})


class Administrator(Role):
    says = _(
        "Runs the program: certifies, watches the counts, reads decisions by patient code. "
        "Releases nothing, knows no names."
    )
    may = frozenset({Permission.SEE_DECISIONS, Permission.SEE_COUNTS, Permission.CERTIFY, Permission.SEE_OUTBOX})


class Auditor(Role):
    says = _("Reads every decision and count, by patient code. Changes nothing.")
    may = frozenset({Permission.SEE_DECISIONS, Permission.SEE_COUNTS, Permission.SEE_OUTBOX})


ROLES: dict[str, type[Role]] = {
    Membership.Role.PRESCRIBER: Prescriber,
    Membership.Role.DELEGATE: Delegate,
    Membership.Role.PHARMACIST: Pharmacist,
    Membership.Role.ADMINISTRATOR: Administrator,
    Membership.Role.AUDITOR: Auditor,
}


class Member(HttpRequest):
    """A request of somebody who is signed in and has a role; `demand` makes sure of it."""

    user: User
    membership: Membership


def membership_of(user: User) -> Membership | None:
    """The role a user has at this moment. Asked on every request, so that ending it takes effect on the next."""
    return (
        Membership.objects.filter(user=user, ended_at=None, user__is_active=True)
        .select_related("practice", "pharmacy", "user__prescriber")
        .first()
    )


def may(membership: Membership | None, permission: Permission) -> bool:
    """Whether the role allows the act at all; which records it may touch is another question."""
    return membership is not None and permission in ROLES[membership.role].may


def may_change_test(membership: Membership | None, result: str) -> bool:
    """Whether somebody may correct or void a test that counts as `result`.

    A positive one only a prescriber: taking it away frees what it held, like the exclusion of a pregnancy does.
    """
    needed = Permission.ATTEST if result == Result.POSITIVE else Permission.RECORD_FACTS
    return may(membership, needed)


def demand(permission: Permission) -> Callable[[View], View]:
    """Let a view run only for those whose role has `permission`; it finds their membership on the request."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.membership = membership_of(request.user)
            if not may(request.membership, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.demands = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """Open to everybody, signed in or not. A house test lists these."""
    view.demands = None  # type: ignore[attr-defined]
    view.login_required = False  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open to everybody who is signed in, whatever their role; shows nothing of any patient."""
    view.demands = None  # type: ignore[attr-defined]
    return view
