"""The demonstration's people: everybody is there, in the state they are meant to show."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from compliance import clock
from compliance.access import ROLES
from compliance.models import Enrolment, LedgerEntry, Membership, Patient, Pharmacy, Reminder, ScheduledTest, User
from compliance.programs import load_programs
from compliance.services.reassess import stale
from prescriptions.demo.cast import PASSWORD, PROGRAM
from prescriptions.demo.stories import STORIES
from prescriptions.models import Authorization, Confirmation, Decision, Dispense, Hold, PharmacyNotice, Prescription
from reports.counts import tally
from reports.period import last_days
from reports.selectors.rechecks import ask_again
from tests import factories as make
from tests.fixtures.databases import default_connection_at

NOW = make.new_york(2027, 6, 16, 10, 20)
HELD = {
    "Bea": ["contraception-too-recent"],
    "Cora": ["test-second-missing"],
    "Dell": ["test-first-missing"],
    "Edda": ["survey-patient-due"],
    "Fern": ["test-unclear"],
    "Hope": ["evaluation-open"],
    "Ivy": ["agreement-category-differs"],
    "Uma": ["prescriber-not-certified"],
    "Yara": [
        "agreement-missing",
        "contraception-insufficient",
        "survey-patient-due",
        "test-first-missing",
        "test-second-missing",
    ],
}


@pytest.fixture(scope="module")
def accounts(postgres, template_database, shared_database, django_db_blocker, tmp_path_factory):
    """How to sign in, as the command wrote it. Its database is this file's own; nobody changes it."""
    name, file = f"seeded_{uuid4().hex[:12]}", tmp_path_factory.mktemp("demo") / "accounts.txt"
    postgres.prepare(name, template=template_database)
    with django_db_blocker.unblock(), default_connection_at(name), clock.moved_to(NOW):
        call_command("seed_demo", accounts=file)
        yield file.read_text()
    with postgres.admin("postgres") as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def seeded(accounts):
    """Every test here looks at the same people."""


def patient(given_name):
    return Patient.objects.get(given_name=given_name)


def latest_number(given_name):
    return Authorization.objects.filter(prescription__patient__given_name=given_name).latest("issued_at")


def open_numbers():
    """Given names of those whose latest number can be confirmed or dispensed at this moment."""
    rows = Authorization.objects.filter(voided_at=None, lapsed_at=None, expires_at__gt=clock.now())
    unused = rows.exclude(dispenses__reversed_at=None, dispenses__isnull=False)
    return set(unused.values_list("prescription__patient__given_name", flat=True))


def test_every_story_is_told():
    assert Patient.objects.count() == len(STORIES) >= 14


def test_every_category_of_the_program_is_there():
    assert set(Enrolment.objects.values_list("category", flat=True)) == set(load_programs()[PROGRAM].categories)


def test_each_common_reason_holds_somebody_and_nobody_else_is_held():
    assert {hold.prescription.patient.given_name: hold.blockers for hold in Hold.objects.all()} == HELD


def test_one_number_is_open_one_was_given_back_and_two_are_held_by_pharmacies():
    assert {"June", "Nell", "Kit"} <= open_numbers()
    held = Confirmation.objects.filter(reversed_at=None, dispenses=None, expires_at__gt=clock.now())
    assert {row.authorization.prescription.patient.given_name for row in held} == {"Kit", "Gilda"}


def test_a_positive_test_voided_a_number_while_a_pharmacy_holds_it():
    number = latest_number("Gilda")

    assert number.voided_by.kind == "test.resulted"
    notice = PharmacyNotice.objects.get(authorization=number)
    assert notice.sent_at is not None
    assert notice.seen_at is None


def test_one_number_expired_unused():
    number = latest_number("Mona")

    assert number.expires_at < clock.now()
    assert number.voided_at is None
    assert not number.dispenses.exists()


def test_one_supply_was_given_back_and_its_number_is_open_again():
    supply = Dispense.objects.get(authorization=latest_number("Nell"))

    assert supply.reversed_at is not None
    assert supply.authorization.voided_at is None


def test_the_four_weeks_of_who_stopped_last_week_are_running():
    week = Reminder.objects.filter(patient=patient("Orla"), duty="contraception-after-stop")

    assert week.filter(sent_at__isnull=False).count() == 1
    weeks_and_end = week.filter(sent_at=None, dropped_at=None, due_at__gt=clock.now())
    assert weeks_and_end.count() == 4 + 1


def test_a_child_turns_18_within_three_weeks():
    born = patient("Pip").birth_date

    assert 0 < (born.replace(year=born.year + 18) - clock.now().date()).days <= 21


def test_a_prescription_that_waited_too_long_has_lapsed():
    assert Prescription.objects.get(patient=patient("Zora")).lapsed_at is not None


def test_somebody_is_ready_and_has_no_prescription_waiting():
    ready = patient("Alma")

    assert not Hold.objects.filter(prescription__patient=ready).exists()
    assert "Alma" not in open_numbers()


def test_past_weeks_have_tests_on_time_late_and_missed_and_holds_that_were_cleared():
    found = tally(last_days(load_programs()[PROGRAM]))

    assert min(found.numbers.values()) >= 1
    assert sum(reason.cleared for reason in found.reasons) >= 3


def test_every_decision_was_made_by_the_rules_and_is_made_again_the_same():
    decisions = Decision.objects.select_related("prescription__signature", "entry")

    assert decisions.count() > 50
    assert not any(ask_again(decision).differences for decision in decisions)


def test_nothing_happened_after_the_moment_it_was_made():
    assert LedgerEntry.objects.latest("recorded_at").recorded_at <= NOW


def test_nothing_is_left_to_be_looked_at_again():
    assert list(stale(clock.now())) == []


def test_reminders_left_in_the_past_and_wait_for_the_future():
    assert Reminder.objects.filter(sent_at__lt=clock.now()).count() > 20
    assert not Reminder.objects.filter(sent_at=None, dropped_at=None, due_at__lt=clock.now()).exists()
    assert Reminder.objects.filter(sent_at=None, due_at__gt=clock.now()).exists()


def test_nobody_without_an_address_or_the_wish_was_written_to():
    unwilling = Reminder.objects.filter(patient__email="") | Reminder.objects.filter(patient__wants_reminders=False)

    assert not unwilling.filter(sent_at__isnull=False).exists()


def test_tests_fell_due_and_were_met():
    assert ScheduledTest.objects.filter(met_on__isnull=False).count() > 15


def test_all_addresses_belong_to_nobody():
    addresses = [
        *Patient.objects.exclude(email="").values_list("email", flat=True),
        *User.objects.values_list("email", flat=True),
        *Pharmacy.objects.values_list("email", flat=True),
    ]

    assert [address for address in addresses if not re.fullmatch(r"[a-z0-9.]+@example\.org", address)] == []


def test_the_two_pharmacies_live_in_two_zones():
    assert set(Pharmacy.objects.values_list("zone", flat=True)) == {"America/New_York", "America/Denver"}


def test_there_is_somebody_of_every_role_and_all_can_sign_in(accounts):
    members = Membership.objects.filter(ended_at=None).select_related("user")

    assert {member.role for member in members} == set(ROLES)
    for member in members:
        assert re.search(rf"^  {member.user.username} .*{member.user.name}, {member.role}", accounts, re.MULTILINE)
        assert member.user.check_password(PASSWORD)
    assert PASSWORD in accounts


def test_the_accounts_name_numbers_to_try(accounts):
    spaced = re.findall(r"(?:\d{4} ){3}\d{4}", accounts)

    assert len(spaced) == 4
    assert spaced[0].replace(" ", "") == latest_number("June").number


def test_a_second_time_says_that_everybody_is_here_already(capsys):
    before = LedgerEntry.objects.count()

    call_command("seed_demo")

    assert "made Wed 16 Jun 2027 10:20" in capsys.readouterr().out
    assert LedgerEntry.objects.count() == before


def test_nothing_is_invented_where_the_clock_may_not_move(monkeypatch):
    monkeypatch.setattr(settings, "CLOCK_MAY_MOVE", False)

    with pytest.raises(CommandError, match="clock"):
        call_command("seed_demo")


def test_every_page_of_the_program_office_shows_no_patients_name():
    auditor = Client()
    auditor.force_login(User.objects.get(username="auditor"))
    decision = Decision.objects.filter(gate="dispense").latest("decided_at")
    names = {name for row in Patient.objects.all() for name in (row.family_name, row.name)}

    for address in (reverse("program"), reverse("decisions"), reverse("decision", args=[decision.pk])):
        text = auditor.get(address).text
        assert [name for name in names if name in text] == []
