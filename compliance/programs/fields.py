"""The fields of an edition as the schema gathers them, before they are one value."""

from collections.abc import Mapping
from typing import Any, TypedDict

from compliance.rules import values


class Head(TypedDict):
    program: str
    start: values.Start
    zone: values.Zone
    title: values.Named
    medicine: values.Medicine
    categories: Mapping[str, values.Category]
    retired: values.Retirement | None


class Shared(Head):
    sha256: str
    document: Mapping[str, Any]


class Gates(TypedDict):
    frame: values.Value
    agreement: values.Named
    adult_age: values.Years | None
    prescriber_survey: values.Value | None
    patient_survey: Mapping[str, values.Survey]
    counselling: Mapping[str, values.Counselling]
    forms: tuple[values.Form, ...]
    contraception: values.Contraception | None
    first_test: values.FirstTest | None
    second_test: values.SecondTest | None
    test_window: values.Window | None
    later_test: values.Days | None
    lock: values.Days | None
    test_exempt: values.Methods | None
    sensitivity: values.Sensitivity
    settings: Mapping[str, values.TestSetting]
    test_interval: values.TestInterval | None
    authorization: Mapping[str, values.Expiry]
    confirmation: values.Confirmation
    ship_same_day: values.Value | None
    days_left: values.Days | None
    supply: Mapping[str, values.Days]
    refills: values.Allowed
    verbal: values.Allowed
    hold: values.Window | None
    guide: values.Named | None
    pharmacy_counselling: values.Value
    re_enrolment: values.Months | None
    after_stop: values.AfterStop
    blood_count: values.BloodCount | None
