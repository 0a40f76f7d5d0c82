"""Administrators certify, and take certificates back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compliance.models import PharmacyCertificate, PrescriberCertificate
from prescriptions.services import confirm, release
from tests import factories as make
from tests.reports import scenes

pytestmark = pytest.mark.django_db
LIST = reverse("certificates")


def change(holder, to):
    return {"program": make.PROGRAM, "of": str(holder.pk), "to": to}


def states(page):
    return {holder.name: holder.certified for holder in [*page.context["prescribers"], *page.context["pharmacies"]]}


def test_the_list_says_who_is_certified_and_who_is_not(administrator, clinic, noon):
    with scenes.at(scenes.NOON - timedelta(days=1)):
        make.make_pharmacy(name="New Corner Pharmacy", certified=False)

    page = administrator.get(LIST, {"program": make.PROGRAM})

    assert states(page) == {
        "Ines Lindqvist": True,
        "Harbour Pharmacy": True,
        "Hill Pharmacy": True,
        "New Corner Pharmacy": None,
    }
    assert "never certified" in page.text


def test_taking_a_certificate_back_is_asked_about_first(administrator, clinic, noon):
    scenes.released(clinic, scenes.NOON - timedelta(days=1))
    scenes.held_for_agreement(clinic, scenes.NOON - timedelta(hours=2))

    page = administrator.get(LIST, change(clinic.prescriber, "not"))

    assert page.status_code == 200
    assert "Take back the certificate of Ines Lindqvist?" in page.text
    assert page.context["touched"] == {"held": 1, "open": 1}
    assert PrescriberCertificate.objects.count() == 1


def test_a_certificate_taken_back_refuses_the_next_release(administrator, clinic, noon):
    with scenes.at(scenes.NOON - timedelta(hours=1)):
        patient = make.make_ready_patient(clinic, category=make.MALE)
        prescription = make.make_held(clinic, patient)

    answer = administrator.post(LIST, change(clinic.prescriber, "not"), follow=True)

    assert states(answer)["Ines Lindqvist"] is False
    assert release.release_if_ready(prescription.pk).blockers == ["prescriber-not-certified"]


def test_certifying_again_lets_the_next_release_through(administrator, clinic, noon):
    with scenes.at(scenes.NOON - timedelta(hours=1)):
        patient = make.make_ready_patient(clinic, category=make.MALE)
        prescription = make.make_held(clinic, patient)
    administrator.post(LIST, change(clinic.prescriber, "not"))
    with scenes.at(scenes.NOON + timedelta(minutes=5)):
        administrator.post(LIST, change(clinic.prescriber, "certified"))
        decision = release.release_if_ready(prescription.pk)

    assert decision.allowed


def test_a_pharmacy_that_lost_its_certificate_confirms_nothing(administrator, clinic, noon):
    authorization = scenes.released(clinic, scenes.NOON - timedelta(days=1))

    administrator.post(LIST, change(clinic.pharmacy, "not"))

    act = confirm.confirm(authorization.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert act.decision.blockers == ["pharmacy-not-certified"]


def test_the_same_change_twice_is_one_fact(administrator, clinic, noon):
    administrator.post(LIST, change(clinic.pharmacy, "not"))
    again = administrator.post(LIST, change(clinic.pharmacy, "not"), follow=True)

    assert "Nothing to change" in again.text
    assert PharmacyCertificate.objects.filter(pharmacy=clinic.pharmacy).count() == 2


def test_the_fact_says_who_certified(administrator, clinic, noon):
    administrator.post(LIST, change(clinic.prescriber, "not"))

    assert PrescriberCertificate.objects.get(certified=False).recorded_by.name == "Ann Office"


@pytest.mark.parametrize("of", ["nobody", "", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_nobody_of_ours_is_not_found(administrator, noon, of):
    asked = {"program": make.PROGRAM, "of": of, "to": "not"}

    assert administrator.get(LIST, asked).status_code == 404
    assert administrator.post(LIST, asked).status_code == 404


def test_a_change_that_means_nothing_is_not_found(administrator, clinic, noon):
    assert administrator.post(LIST, change(clinic.prescriber, "perhaps")).status_code == 404
    assert administrator.get(LIST, {"program": "nothing"}).status_code == 400


@pytest.mark.parametrize("who", ["pharmacist", "delegate", "doctor", "auditor"])
def test_only_an_administrator_certifies(client, clinic, noon, who):
    client.force_login(make.make_auditor() if who == "auditor" else getattr(clinic, who))

    assert client.get(LIST).status_code == 403
    assert client.post(LIST, change(clinic.prescriber, "not")).status_code == 403
    assert PrescriberCertificate.objects.count() == 1


def test_pages_and_acts_keep_to_their_query_budgets(administrator, clinic, noon, django_assert_max_num_queries):
    for number in range(8):
        make.make_pharmacy(name=f"Site {number}")

    with django_assert_max_num_queries(12):
        administrator.get(LIST)
    with django_assert_max_num_queries(12):
        administrator.get(LIST, change(clinic.prescriber, "not"))
    with django_assert_max_num_queries(30):
        administrator.post(LIST, change(clinic.prescriber, "not"))
