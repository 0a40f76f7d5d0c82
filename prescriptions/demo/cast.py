"""Who works in the demonstration: a practice, two pharmacies, the program office. All invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from compliance import clock
from compliance.models import Membership, Pharmacy, Practice, Prescriber, User
from compliance.services import certify, staff

PROGRAM = "us-pomalidomide"
PASSWORD = "hold-fast-demo"  # noqa: S105 - printed by the demonstration, good for nothing else
HOME_ZONE = "America/New_York"
FAR_ZONE = "America/Denver"
Role = Membership.Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody who acts in the histories."""

    practice: Practice
    first: Prescriber
    second: Prescriber
    delegate: User
    harbour: Pharmacy
    harbour_pharmacist: User
    mesa: Pharmacy
    mesa_pharmacist: User
    administrator: User
    auditor: User

    def pharmacist_of(self, site: Pharmacy) -> User:
        """Who stands at the counter there."""
        return self.harbour_pharmacist if site == self.harbour else self.mesa_pharmacist

    def accounts(self) -> Iterator[tuple[str, User, str]]:
        """Role, user and place of everybody who can sign in, in the order in which a visitor would meet them."""
        yield "prescriber", self.first.user, self.practice.name
        yield "prescriber", self.second.user, f"{self.practice.name}; certificate taken back"
        yield "delegate", self.delegate, f"{self.practice.name}; prepares, never signs"
        yield "pharmacist", self.harbour_pharmacist, f"{self.harbour.name}, New York time"
        yield "pharmacist", self.mesa_pharmacist, f"{self.mesa.name}, Denver time"
        yield "administrator", self.administrator, "program office"
        yield "auditor", self.auditor, "program office; changes nothing"


def make_cast() -> Cast:
    """Everybody begins at the clock's present moment: registered, certified, in their role."""
    administrator = _user("administrator", "Ada Bureau")
    staff.give_role(administrator, Role.ADMINISTRATOR, by=None)
    auditor = _user("auditor", "Axel Proof")
    staff.give_role(auditor, Role.AUDITOR, by=administrator)
    practice = Practice.objects.create(name="Elm & Alder Oncology (invented)", phone="+1 212 555 0100", zone=HOME_ZONE)
    first = _prescriber("prescriber", "Dr Iris Penhallow", practice, "DEMO-0000001", by=administrator)
    second = _prescriber("prescriber2", "Dr Otto Brandvold", practice, "DEMO-0000002", by=administrator)
    harbour = _pharmacy("Harbour Lane Pharmacy (invented)", HOME_ZONE, "+1 212 555 0111", "harbour", by=administrator)
    mesa = _pharmacy("Mesa Corner Pharmacy (invented)", FAR_ZONE, "+1 303 555 0122", "mesa", by=administrator)
    return Cast(
        practice=practice,
        first=first,
        second=second,
        delegate=_delegate(practice, first, by=administrator),
        harbour=harbour,
        harbour_pharmacist=_pharmacist("pharmacist", "Paula Counter", harbour, by=administrator),
        mesa=mesa,
        mesa_pharmacist=_pharmacist("pharmacist2", "Milo Shelf", mesa, by=administrator),
        administrator=administrator,
        auditor=auditor,
    )


def _user(username: str, name: str) -> User:
    """One hash serves all: it is slow on purpose, and everybody has the same password."""
    user = User.objects.create_user(username, name=name, email=f"{username}@example.org")
    user.password = _hashed()
    user.save(update_fields=["password"])
    return user


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _prescriber(username: str, name: str, practice: Practice, identifier: str, *, by: User) -> Prescriber:
    user = _user(username, name)
    prescriber = certify.register_prescriber(user, by=by, practice=practice, identifier=identifier)
    staff.give_role(user, Role.PRESCRIBER, by=by, practice=practice)
    certify.certify_prescriber(prescriber, by=by, program=PROGRAM)
    return prescriber


def _delegate(practice: Practice, prescriber: Prescriber, *, by: User) -> User:
    user = _user("delegate", "Tess Quillfeather")
    staff.give_role(user, Role.DELEGATE, by=by, practice=practice)
    last_on = (clock.now() + timedelta(days=2 * 365)).date()
    staff.delegate_to(prescriber, user, by=prescriber.user, last_on=last_on)
    return user


def _pharmacy(name: str, zone: str, phone: str, mailbox: str, *, by: User) -> Pharmacy:
    site = certify.register_pharmacy(by=by, name=name, phone=phone, email=f"{mailbox}@example.org", zone=zone)
    certify.certify_pharmacy(site, by=by, program=PROGRAM)
    return site


def _pharmacist(username: str, name: str, site: Pharmacy, *, by: User) -> User:
    user = _user(username, name)
    staff.give_role(user, Role.PHARMACIST, by=by, pharmacy=site)
    return user
