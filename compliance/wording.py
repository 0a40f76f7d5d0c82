"""Code to sentence, in plain words: what stands in the way (`says`) and what to do about it (`next_step`).

The only place where a verdict's words live. A pharmacy sees the codes that are its own, the number's or the supply's;
every other code is one neutral sentence to it, so that nothing clinical leaves the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from compliance.rules.verdict import Code, DutyKind, Gate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Words:
    says: "_StrPromise"
    next: "_StrPromise"


WORDS: Mapping[Code, Words] = {
    Code.PROGRAM_RETIRED: Words(
        _("This program has ended and asks nothing any more."),
        _("Prescribe and dispense as for any other medicine."),
    ),
    Code.NOT_ENROLLED: Words(
        _("The patient is not enrolled in the program."),
        _("Enrol the patient, with date of birth and category."),
    ),
    Code.PRESCRIBER_NOT_CERTIFIED: Words(
        _("The prescriber is not certified at this moment."),
        _("Have the prescriber's certification renewed, or have another certified prescriber write it."),
    ),
    Code.AGREEMENT_MISSING: Words(
        _("The patient has not signed the program's agreement since enrolling."),
        _("Go through the agreement with the patient and have it signed."),
    ),
    Code.AGREEMENT_CATEGORY_DIFFERS: Words(
        _("The signed agreement is not the one for the patient's present category."),
        _("Have the agreement for the present category signed."),
    ),
    Code.RE_ENROLMENT_DUE: Words(
        _("The last supply lies so long ago that the patient has to join again."),
        _("Go through the agreement with the patient anew and have it signed."),
    ),
    Code.CATEGORY_OUTDATED: Words(
        _("The patient's category does not fit the patient's age."),
        _("Record the category that fits the age and have its agreement signed."),
    ),
    Code.COUNSELLING_MISSING: Words(
        _("It is not recorded that the prescriber counselled the patient."),
        _("Counsel the patient and record it."),
    ),
    Code.FORM_MISSING: Words(
        _("The form that goes with every prescription is not signed."),
        _("Fill in and sign the form for this prescription."),
    ),
    Code.CONTRACEPTION_MISSING: Words(
        _("It is not recorded which contraception the patient uses."),
        _("Ask the patient and record the methods and since when they are used."),
    ),
    Code.CONTRACEPTION_INSUFFICIENT: Words(
        _("The recorded contraception is not enough for this program."),
        _("Agree on accepted methods with the patient and record them."),
    ),
    Code.CONTRACEPTION_TOO_RECENT: Words(
        _("The contraception has not been used long enough yet."),
        _("Wait until the day shown; the methods go on without a break."),
    ),
    Code.EVALUATION_OPEN: Words(
        _("A missed or unusual period is still to be looked into."),
        _("Have a new pregnancy test taken and record its result."),
    ),
    Code.PREGNANCY_REPORTED: Words(
        _("A pregnancy of the patient has been reported."),
        _("Stop the medicine and see the patient; record it once a pregnancy is ruled out."),
    ),
    Code.TEST_POSITIVE: Words(
        _("A pregnancy test was positive."),
        _("Stop the medicine and see the patient; record it once a pregnancy is ruled out."),
    ),
    Code.TEST_UNCLEAR: Words(
        _("The last pregnancy test gave no clear result."),
        _("Have a new pregnancy test taken."),
    ),
    Code.TEST_FIRST_MISSING: Words(
        _("The first of the two pregnancy tests before the start is missing."),
        _("Have a test taken; the second one follows after the days the program sets."),
    ),
    Code.TEST_SECOND_MISSING: Words(
        _("The pregnancy test right before the start is missing."),
        _("Have a test taken now and record its result."),
    ),
    Code.TEST_MISSING: Words(
        _("There is no pregnancy test that counts."),
        _("Have a test taken and record its result."),
    ),
    Code.TEST_TOO_OLD: Words(
        _("The last pregnancy test is too old."),
        _("Have a new test taken and record its result."),
    ),
    Code.TEST_LOCKED: Words(
        _("The first chance to start was missed, and the new test was taken too soon after it."),
        _("Have a test taken on or after the day shown."),
    ),
    Code.SURVEY_PATIENT_DUE: Words(
        _("The patient's questions are not answered, or not recently enough."),
        _("Have the patient answer the questions."),
    ),
    Code.SURVEY_PRESCRIBER_MISSING: Words(
        _("The prescriber's questions for this prescription are not answered."),
        _("Answer the questions for this prescription."),
    ),
    Code.SUPPLY_TOO_LONG: Words(
        _("The prescription covers more days than are allowed at once, or none."),
        _("Write a new prescription for fewer days."),
    ),
    Code.REFILLS_NOT_ALLOWED: Words(
        _("The prescription has refills, which are not allowed."),
        _("Write a new prescription without refills."),
    ),
    Code.VERBAL_NOT_ALLOWED: Words(
        _("The prescription was given by word of mouth, which is not allowed."),
        _("Write the prescription out."),
    ),
    Code.PRESCRIPTION_TOO_OLD: Words(
        _("The prescription was written too long ago."),
        _("Write a new prescription."),
    ),
    Code.PRESCRIPTION_CLOSED: Words(
        _("The prescription was released already."),
        _("Nothing to do here; a further supply needs a new prescription."),
    ),
    Code.PHARMACY_NOT_CERTIFIED: Words(
        _("The pharmacy is not certified at this moment."),
        _("Have the pharmacy's certification renewed, or use a certified pharmacy."),
    ),
    Code.AUTHORIZATION_MISSING: Words(
        _("There is no authorization for this prescription."),
        _("Ask the prescriber to have it released."),
    ),
    Code.AUTHORIZATION_EXPIRED: Words(
        _("The authorization is over."),
        _("Ask the prescriber for a new release."),
    ),
    Code.AUTHORIZATION_VOID: Words(
        _("The authorization was withdrawn after it was issued."),
        _("Do not dispense; ask the prescriber what comes next."),
    ),
    Code.ALREADY_DISPENSED: Words(
        _("This prescription was dispensed already."),
        _("If the supply never reached the patient, the pharmacy that dispensed it takes it back first."),
    ),
    Code.CONFIRMATION_IN_USE: Words(
        _("Another pharmacy holds this prescription."),
        _("That pharmacy gives it back, or its confirmation ends."),
    ),
    Code.SUPPLY_TOO_EARLY: Words(
        _("The patient still has too much left of the last supply."),
        _("Wait until the day shown."),
    ),
    Code.CONFIRMATION_MISSING: Words(
        _("This pharmacy holds no confirmation for this prescription."),
        _("Confirm the prescription first."),
    ),
    Code.CONFIRMATION_EXPIRED: Words(
        _("This pharmacy's confirmation is over."),
        _("Confirm the prescription again."),
    ),
    Code.SHIP_SAME_DAY: Words(
        _("A parcel has to leave on the day of the confirmation."),
        _("Hand the supply over in person, or give the prescription back, confirm it anew and ship it that day."),
    ),
    Code.PHARMACY_COUNSELLING_MISSING: Words(
        _("It is not ticked that the pharmacy counselled the patient."),
        _("Counsel the patient and tick it."),
    ),
    Code.GUIDE_MISSING: Words(
        _("It is not ticked that the patient was given the guide to the medicine."),
        _("Give the guide and tick it."),
    ),
}

# Where a gate means something else by a code than the sentence above says.
AT_A_GATE: Mapping[tuple[Code, Gate], Words] = {
    (Code.AUTHORIZATION_EXPIRED, Gate.RELEASE): Words(
        _("An authorization for this prescription would be over already."),
        _("Counsel the patient anew or write a new prescription, whichever the program counts from."),
    ),
    (Code.CONFIRMATION_MISSING, Gate.REVERSE): Words(
        _("This pharmacy holds no confirmation for this prescription."),
        _("There is nothing to give back."),
    ),
}

DUTIES: Mapping[DutyKind, "_StrPromise"] = {
    DutyKind.PREGNANCY_TEST: _("Pregnancy test"),
    DutyKind.FIRST_TEST: _("First pregnancy test before the start"),
    DutyKind.SECOND_TEST: _("Pregnancy test right before the start"),
    DutyKind.PATIENT_SURVEY: _("The patient's questions"),
    DutyKind.CONTRACEPTION_AFTER_STOP: _("Contraception goes on after the last dose"),
    DutyKind.NO_BLOOD_DONATION: _("No blood donation up to and including this day"),
    DutyKind.NO_SEMEN_DONATION: _("No semen donation up to and including this day"),
    DutyKind.TEST_AT_STOP: _("Pregnancy test at the last dose"),
    DutyKind.FINAL_TEST: _("Last pregnancy test after the last dose"),
    DutyKind.RETURN_UNUSED: _("Return what is left of the medicine"),
    DutyKind.REVERSE_UNUSED: _("Give back a confirmation that was not used"),
    DutyKind.BLOOD_COUNT: _("Blood count"),
    DutyKind.TURNS_18: _("The patient turns 18: a new category is needed"),
}

METHODS: Mapping[str, "_StrPromise"] = {
    "tubal-ligation": _("Tubal ligation"),
    "partner-vasectomy": _("Partner's vasectomy"),
    "lng-ius": _("Hormonal coil (levonorgestrel)"),
    "copper-iud": _("Copper coil"),
    "iud": _("Coil, type not recorded"),
    "implant": _("Implant"),
    "injection": _("Injection"),
    "combined-pill": _("Combined pill"),
    "patch": _("Patch"),
    "ring": _("Ring"),
    "desogestrel-pill": _("Desogestrel pill"),
    "progestin-only-pill": _("Other progestin-only pill"),
    "male-condom": _("Male condom"),
    "diaphragm": _("Diaphragm"),
    "cervical-cap": _("Cervical cap"),
    "female-condom": _("Female condom"),
    "fertility-awareness": _("Fertility awareness"),
    "withdrawal": _("Withdrawal"),
    "spermicide-alone": _("Spermicide alone"),
    "continuous-abstinence": _("Continuous abstinence"),
}

# The pharmacy's own codes, the number's and the supply's (what is left of it, and that it was dispensed).
SEEN_BY_PHARMACY = frozenset(
    {
        Code.PROGRAM_RETIRED,
        Code.PHARMACY_NOT_CERTIFIED,
        Code.AUTHORIZATION_MISSING,
        Code.AUTHORIZATION_EXPIRED,
        Code.AUTHORIZATION_VOID,
        Code.ALREADY_DISPENSED,
        Code.CONFIRMATION_IN_USE,
        Code.SUPPLY_TOO_EARLY,
        Code.CONFIRMATION_MISSING,
        Code.CONFIRMATION_EXPIRED,
        Code.SHIP_SAME_DAY,
        Code.PHARMACY_COUNSELLING_MISSING,
        Code.GUIDE_MISSING,
    }
)

NEUTRAL = Words(
    _("The prescriber has to clear something before this can be dispensed."),
    _("Call the prescriber."),
)


def words(code: Code, gate: Gate | None = None) -> Words:
    """The sentence and the next step of a code; of some codes a gate has its own."""
    if gate is not None and (code, gate) in AT_A_GATE:
        return AT_A_GATE[code, gate]
    return WORDS[code]


def says(code: Code, gate: Gate | None = None) -> str:
    """One plain sentence: what stands in the way."""
    return str(words(code, gate).says)


def next_step(code: Code, gate: Gate | None = None) -> str:
    """What to do about it."""
    return str(words(code, gate).next)


def seen_by_pharmacy(code: Code) -> bool:
    """Whether a pharmacy sees the code itself; of every other one it sees only the neutral sentence, once."""
    return code in SEEN_BY_PHARMACY


def duty_says(kind: DutyKind) -> str:
    return str(DUTIES[kind])


def method_name(code: str) -> str:
    """A contraceptive method in words; a code that has none stands for itself."""
    return str(METHODS.get(code, code))
