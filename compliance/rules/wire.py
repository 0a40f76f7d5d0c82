"""Events to and from the contract's JSON form, key by key.

The outcomes of tries have no step in a case (a try is one); in a ledger they are `{"outcome": …}`, and a release says
which test its window was counted from, since the voiding or correction of that test voids it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, get_args

from compliance.rules import events, text
from compliance.rules.events import Event
from compliance.rules.text import BadValue, Reader

METHODS = frozenset(
    {
        "tubal-ligation",
        "partner-vasectomy",
        "iud",
        "copper-iud",
        "lng-ius",
        "implant",
        "injection",
        "combined-pill",
        "patch",
        "ring",
        "desogestrel-pill",
        "progestin-only-pill",
        "male-condom",
        "diaphragm",
        "cervical-cap",
        "female-condom",
        "fertility-awareness",
        "withdrawal",
        "spermicide-alone",
        "continuous-abstinence",
    }
)
_RESULT = text.one_of(get_args(events.Result))
_SETTING = text.one_of(get_args(events.Setting))


@dataclass(frozen=True, slots=True)
class Form:
    """How one type of event is written: its class, the keys it must have and those it may have."""

    event: type[Event]
    must: Mapping[str, Reader]
    may: Mapping[str, Reader]


def _form(
    event: type[Event], must: Mapping[str, Reader] | None = None, may: Mapping[str, Reader] | None = None
) -> Form:
    return Form(event, must or {}, may or {})


# A category is checked by `read_event`, which is told the program's codes.
_TEXT, _CATEGORY = text.read_text, text.read_text

FACTS: Mapping[str, Form] = {
    "prescriber.certified": _form(events.PrescriberCertified, {"prescriber": _TEXT}),
    "prescriber.decertified": _form(events.PrescriberDecertified, {"prescriber": _TEXT}),
    "pharmacy.certified": _form(events.PharmacyCertified, {"pharmacy": _TEXT}, {"zone": text.read_zone}),
    "pharmacy.decertified": _form(events.PharmacyDecertified, {"pharmacy": _TEXT}),
    "patient.enrolled": _form(events.PatientEnrolled, {"category": _CATEGORY, "birth_date": text.read_date}),
    "category.changed": _form(events.CategoryChanged, {"category": _CATEGORY, "reason": _TEXT}),
    "agreement.signed": _form(events.AgreementSigned, {"category": _CATEGORY}),
    "counselled": _form(events.Counselled, may={"prescription": _TEXT}),
    "contraception.stated": _form(
        events.ContraceptionStated, {"methods": text.list_of(text.one_of(METHODS)), "since": text.read_date}
    ),
    "test.resulted": _form(
        events.PregnancyTestResulted,
        {
            "test": _TEXT,
            "collected_at": text.read_instant,
            "result": _RESULT,
            "sensitivity": text.read_level,
            "setting": _SETTING,
        },
        {"home_allowed": text.read_bool},
    ),
    "test.corrected": _form(
        events.PregnancyTestCorrected,
        {"test": _TEXT, "reason": _TEXT},
        {
            "result": _RESULT,
            "collected_at": text.read_instant,
            "sensitivity": text.read_level,
            "setting": _SETTING,
            "home_allowed": text.read_bool,
        },
    ),
    "test.voided": _form(events.PregnancyTestVoided, {"test": _TEXT, "reason": _TEXT}),
    "menses.pattern": _form(events.MensesPattern, {"pattern": text.one_of(("regular", "irregular", "none"))}),
    "menses.abnormal": _form(events.MensesAbnormal),
    "survey.completed": _form(
        events.SurveyCompleted, {"by": text.one_of(("patient", "prescriber"))}, {"prescription": _TEXT}
    ),
    "treatment.started": _form(events.TreatmentStarted),
    "treatment.stopped": _form(events.TreatmentStopped),
    "treatment.held": _form(events.TreatmentHeld, {"reason": _TEXT}),
    "treatment.resumed": _form(events.TreatmentResumed, {"reason": _TEXT}),
    "pregnancy.reported": _form(events.PregnancyReported, {"who": text.one_of(("patient", "partner"))}),
    "pregnancy.excluded": _form(events.PregnancyExcluded),
    "prescription.written": _form(
        events.PrescriptionWritten,
        {"prescription": _TEXT, "prescriber": _TEXT, "days_supply": text.read_integer},
        {"refills": text.read_count, "verbal": text.read_bool},
    ),
    "form.signed": _form(events.FormSigned, {"form": _TEXT, "prescription": _TEXT}),
}
_END = text.or_null(text.read_instant)
OUTCOMES: Mapping[str, Form] = {
    "release": _form(events.Released, {"prescription": _TEXT, "expires_at": _END}, {"test": text.or_null(_TEXT)}),
    "confirm": _form(events.Confirmed, {"prescription": _TEXT, "pharmacy": _TEXT, "expires_at": _END}),
    "dispense": _form(
        events.Dispensed,
        {"prescription": _TEXT, "pharmacy": _TEXT, "method": text.one_of(get_args(events.Method))},
    ),
    "reverse": _form(events.Reversed, {"prescription": _TEXT, "pharmacy": _TEXT}),
}
_NAMES = {form.event: ("fact", name) for name, form in FACTS.items()} | {
    form.event: ("outcome", name) for name, form in OUTCOMES.items()
}
_CORRECTABLE = tuple(FACTS["test.corrected"].may)


def read_event(step: Mapping[str, Any], *, categories: Collection[str] | None = None) -> Event:
    """The event that a fact step or an outcome says. BadValue names the first key that is wrong and what was expected.

    `categories`: the program's codes, where the caller knows the program.
    """
    kind, forms = ("outcome", OUTCOMES) if "outcome" in step else ("fact", FACTS)
    form = forms[read_key(step, kind, text.one_of(forms))]
    readers = {"at": text.read_instant, **form.must}
    optional = {"recorded_at": text.read_instant, **form.may}
    values = read_keys(step, must=readers, may=optional, besides=(kind,))
    if categories is not None and "category" in values:
        read_key(values, "category", text.one_of(categories))
    event = form.event(**values)
    _refuse_what_cannot_be(event)
    return event


def _refuse_what_cannot_be(event: Event) -> None:
    """The contract's conditions between the keys of one fact."""
    if event.recorded_at < event.at:
        raise BadValue("an instant not before `at`", "recorded_at")
    collected_at = getattr(event, "collected_at", None)
    if collected_at is not None and collected_at > event.at:
        raise BadValue("an instant not after `at`", "collected_at")
    if isinstance(event, events.PregnancyTestCorrected) and all(getattr(event, key) is None for key in _CORRECTABLE):
        raise BadValue("at least one of " + ", ".join(_CORRECTABLE), _CORRECTABLE[0])
    if isinstance(event, events.SurveyCompleted) and event.by == "prescriber" and event.prescription is None:
        raise BadValue("the prescription the prescriber's survey is about", "prescription")


def read_keys(
    step: Mapping[str, Any], *, must: Mapping[str, Reader], may: Mapping[str, Reader], besides: Collection[str] = ()
) -> dict[str, Any]:
    """The values of the keys that must and may be there; any other key is refused."""
    for key in step:
        if key not in must and key not in may and key not in besides:
            raise BadValue("no such key here; known are " + ", ".join([*besides, *must, *may]), key)
    values = {key: read_key(step, key, reader) for key, reader in must.items()}
    values.update((key, read_key(step, key, reader)) for key, reader in may.items() if key in step)
    return values


def read_key(step: Mapping[str, Any], key: str, reader: Reader) -> Any:
    if key not in step:
        raise BadValue("this key to be there", key)
    try:
        return reader(step[key])
    except BadValue as bad:
        expected = f"{bad.key} to be {bad.expected}" if bad.key else bad.expected
        raise BadValue(expected, key) from None


def write_event(event: Event) -> dict[str, Any]:
    """The contract's JSON form: instants in UTC, `recorded_at` where it differs, optional keys where they are given."""
    kind, name = _NAMES[type(event)]
    form = (OUTCOMES if kind == "outcome" else FACTS)[name]
    body: dict[str, Any] = {kind: name}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name == "recorded_at" and value == event.at:
            continue
        if value is None and field.name in form.may:
            continue
        body[field.name] = _plain(value)
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return text.write_instant(value.astimezone(UTC))
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
