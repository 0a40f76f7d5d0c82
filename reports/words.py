"""What the ledger's kinds, keys, parties and checks are called on the pages of administrators and auditors."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Mapping[str, Promise] = {
    "prescriber.certified": _("Prescriber certified"),
    "prescriber.decertified": _("Prescriber's certificate taken back"),
    "pharmacy.certified": _("Pharmacy certified"),
    "pharmacy.decertified": _("Pharmacy's certificate taken back"),
    "patient.enrolled": _("Patient enrolled"),
    "category.changed": _("Category changed"),
    "agreement.signed": _("Agreement signed"),
    "counselled": _("Patient counselled"),
    "contraception.stated": _("Contraception stated"),
    "test.resulted": _("Pregnancy test result"),
    "test.corrected": _("Pregnancy test corrected"),
    "test.voided": _("Pregnancy test taken out"),
    "menses.pattern": _("Pattern of the cycle"),
    "menses.abnormal": _("Missed or unusual period"),
    "survey.completed": _("Survey completed"),
    "treatment.started": _("Treatment started"),
    "treatment.stopped": _("Treatment stopped"),
    "treatment.held": _("Treatment interrupted"),
    "treatment.resumed": _("Treatment resumed"),
    "pregnancy.reported": _("Pregnancy reported"),
    "pregnancy.excluded": _("Pregnancy excluded"),
    "prescription.written": _("Prescription written"),
    "form.signed": _("Form signed"),
    "release": _("Released"),
    "confirm": _("Confirmed"),
    "dispense": _("Dispensed"),
    "reverse": _("Given back"),
}
KEYS: Mapping[str, Promise] = {
    "birth_date": _("date of birth"),
    "by": _("by"),
    "category": _("category"),
    "collected_at": _("collected"),
    "days_supply": _("days' supply"),
    "expires_at": _("expires"),
    "form": _("form"),
    "home_allowed": _("home test allowed"),
    "method": _("how"),
    "methods": _("methods"),
    "pattern": _("pattern"),
    "pharmacy": _("pharmacy"),
    "prescriber": _("prescriber"),
    "prescription": _("prescription"),
    "reason": _("reason"),
    "refills": _("refills"),
    "result": _("result"),
    "sensitivity": _("sensitivity, mIU/mL"),
    "setting": _("setting"),
    "since": _("since"),
    "test": _("test"),
    "verbal": _("by telephone"),
    "who": _("whose"),
    "zone": _("time zone"),
}
PARTIES: Mapping[str, Promise] = {
    "patient": _("patient"),
    "prescriber": _("prescriber"),
    "pharmacy": _("pharmacy"),
    "program": _("program"),
}
CHECKS: Mapping[str, Promise] = {
    "patient_is_enrolled": _("The patient is enrolled."),
    "prescriber_is_certified": _("The prescriber is certified."),
    "agreement_is_signed": _("The patient agreement is signed."),
    "agreement_names_the_category": _("The agreement names the current category."),
    "agreement_follows_a_long_pause": _("After a long pause the agreement was signed anew."),
    "category_fits_the_age": _("The category fits the patient's age."),
    "contraception_is_stated": _("A contraception statement is in force."),
    "contraception_is_sufficient": _("The methods stated are enough."),
    "contraception_has_run_long_enough": _("The methods have been in force long enough."),
    "evaluation_is_closed": _("No evaluation of an unusual period is open."),
    "no_pregnancy_is_reported": _("No pregnancy of the patient is reported."),
    "no_test_is_positive": _("No test is positive."),
    "last_test_is_clear": _("The latest test is not unclear."),
    "patient_was_counselled": _("The patient was counselled."),
    "forms_are_signed": _("The forms asked for this prescription are signed."),
    "first_test_was_negative": _("The first test was negative, in its window."),
    "second_test_was_negative": _("The second test was negative, in its window."),
    "no_lock_bars_the_test": _("No lock after a missed window bars the test."),
    "negative_test_is_there": _("There is a negative test that counts."),
    "negative_test_is_current": _("The latest negative test's window is open."),
    "patient_survey_is_in_date": _("The patient's survey is in date."),
    "prescriber_survey_names_the_prescription": _("The prescriber's survey names this prescription."),
    "supply_is_short_enough": _("The days' supply is within the limit."),
    "refills_are_allowed": _("No refills are asked that are not allowed."),
    "verbal_is_allowed": _("The prescription may be given the way it was."),
    "prescription_is_recent": _("The prescription is not too old."),
    "prescription_is_not_closed": _("The prescription has not been released already."),
    "authorization_would_last": _("An authorization issued now would not be over already."),
    "pharmacy_is_certified": _("The pharmacy is certified."),
    "authorization_exists": _("The prescription was released."),
    "authorization_is_in_time": _("The authorization has not expired."),
    "authorization_is_not_void": _("The authorization is not void."),
    "prescription_is_not_dispensed": _("The prescription has not been dispensed already."),
    "supply_is_low_enough": _("The previous supply is low enough."),
    "no_other_pharmacy_holds_it": _("No other pharmacy holds it."),
    "confirmation_is_held": _("This pharmacy holds a confirmation."),
    "any_confirmation_is_held": _("This pharmacy holds a confirmation, of whichever release."),
    "confirmation_is_in_time": _("The confirmation has not expired."),
    "parcel_leaves_on_the_day_of_confirmation": _("A parcel leaves on the day of the confirmation."),
    "pharmacy_counselled": _("The pharmacy counselled the patient."),
    "guide_was_given": _("The Medication Guide was given."),
}


def kind_says(kind: str) -> str:
    """What a ledger entry is called; an unknown kind by itself."""
    return str(KINDS.get(kind, kind))


def key_says(key: str) -> str:
    """What a key of an entry is called."""
    return str(KEYS.get(key, key))


def owner_says(party: str) -> str:
    """Who can clear something."""
    return str(PARTIES.get(party, party))


def check_says(name: str) -> str:
    """The sentence a check tests; the function's own name where nobody gave it words yet."""
    return str(CHECKS.get(name, name.replace("_", " ")))
