"""Counselling, forms and surveys of a prescription."""

import pytest

from compliance.rules import events
from compliance.rules.verdict import Gate
from tests.builders import Story, acne_patient, man


def test_counselling_must_name_the_prescription():
    story = Story("eu-pomalidomide", "male").enrolled().written(papers=False)

    assert story.counselled().codes(Gate.RELEASE) == ["counselling-missing"]
    assert story.counselled("rx-2").codes(Gate.RELEASE) == ["counselling-missing"]
    assert story.counselled("rx-1").codes(Gate.RELEASE) == []


def test_the_edition_of_2026_counsels_those_who_cannot_once_since_the_agreement():
    story = Story("us-ipledge", "cannot").enrolled("2028-09-01").written(papers=False)

    assert story.codes(Gate.RELEASE) == ["counselling-missing"]
    assert story.counselled(at="2028-08-31 23:59").codes(Gate.RELEASE) == ["counselling-missing"]
    assert story.counselled(at="2028-09-01").codes(Gate.RELEASE) == []


def test_without_an_agreement_there_is_no_counselling_since_it():
    story = Story("us-ipledge", "cannot").enrolled("2028-09-01", agreement=False).written()

    assert story.codes(Gate.RELEASE) == ["agreement-missing", "counselling-missing"]


def test_the_edition_of_2026_counsels_those_who_can_for_every_prescription():
    story = acne_patient().written("rx-2", papers=False)

    assert story.codes(Gate.RELEASE, "rx-1") == []
    assert story.codes(Gate.RELEASE, "rx-2") == ["counselling-missing"]


@pytest.mark.parametrize(("program", "form"), [("uk-pomalidomide", "paf"), ("de-pomalidomide", "t-prescription")])
def test_the_form_of_the_country_is_signed_for_this_prescription(program, form):
    story = Story(program, "male").enrolled().written(papers=False).counselled("rx-1")
    signed = events.FormSigned(story.now, form=form, prescription="rx-1")
    of_another = events.FormSigned(story.now, form=form, prescription="rx-2")

    assert story.codes(Gate.RELEASE) == ["form-missing"]
    assert story.learns(of_another).codes(Gate.RELEASE) == ["form-missing"]
    assert story.learns(signed).codes(Gate.RELEASE) == []


def test_the_prescribers_survey_must_name_the_prescription():
    story = man().written("rx-2", papers=False).counselled("rx-2")
    survey = events.SurveyCompleted(story.now, by="prescriber", prescription="rx-2")

    assert story.codes(Gate.RELEASE, "rx-2") == ["survey-prescriber-missing"]
    assert story.learns(survey).codes(Gate.RELEASE, "rx-2") == []


def test_a_mans_survey_is_excused_until_his_first_supply():
    story = Story("us-thalidomide", "adult-male").enrolled().written(papers=False).counselled("rx-1")
    story = story.learns(events.SurveyCompleted(story.now, by="prescriber", prescription="rx-1"))
    assert story.codes(Gate.RELEASE) == []

    later = story.supplied().on("2028-10-12 15:00").written("rx-2", papers=False).counselled("rx-2")
    later = later.learns(events.SurveyCompleted(later.now, by="prescriber", prescription="rx-2"))

    assert later.codes(Gate.RELEASE, "rx-2") == ["survey-patient-due"]
    assert later.surveyed().codes(Gate.RELEASE, "rx-2") == []


def test_the_survey_is_in_date_through_its_last_good_day():
    story = Story("us-thalidomide", "adult-female-cannot").enrolled(birth_date="1949-03-02").surveyed("2028-08-31")
    last_day = story.on("2029-02-28 23:59").written(papers=False).counselled("rx-1")
    last_day = last_day.learns(events.SurveyCompleted(last_day.now, by="prescriber", prescription="rx-1"))

    assert last_day.codes(Gate.RELEASE) == []
    assert last_day.on("2029-03-01 00:00").codes(Gate.RELEASE) == ["survey-patient-due"]


def test_those_who_cannot_have_no_survey_in_ipledge():
    story = Story("us-ipledge", "cannot", "2028-09-18 15:00").enrolled().written(papers=False).counselled("rx-1")

    assert story.codes(Gate.RELEASE) == []
