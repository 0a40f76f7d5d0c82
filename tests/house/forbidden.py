"""For each constraint, rows that must not be: what is changed in a copy of a plain row that may be.

A value that is a function is given the plain row and the rows of the other models. Every optional column takes its turn
at being empty where that is the forbidden thing: a CHECK that comes out as null lets the row in.
"""

from datetime import timedelta

from compliance.models import LedgerEntry, Pharmacy, Practice, PregnancyTest

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TWICE = "twice"
"""The change itself is allowed once; the second such row is the forbidden one."""


def at(field, span=timedelta(0)):
    """The moment of another column of the row, or so long after it."""
    return lambda row, _rows: getattr(row, field) + span


def one(model):
    return lambda _row, rows: rows[model]


def learnt_before_it_happened(*names):
    return {f"{name}_learnt_after_it_happened": [{"recorded_at": at("at", -MINUTE)}] for name in names}


def fraction(name, field):
    return {f"{name}_{field}_whole_second": [{field: at(field, timedelta(microseconds=1))}]}


def other_pharmacy(row, _rows):
    return Pharmacy.objects.exclude(pk=row.pharmacy_id).first()


PRACTICE, PHARMACY = one(Practice), one(Pharmacy)
HOW = {"gate": "dispense", "pharmacy": PHARMACY, "pharmacy_seq": 1, "expires_at": None}
SAID = {"method": "ship", "counselled": True, "guide_given": True}
FEW_DIGITS, A_LETTER, OTHER_DIGITS = "123456789012345", "123456789012345x", "123456789012345\N{ARABIC-INDIC DIGIT SIX}"
NUMBERS = (FEW_DIGITS, A_LETTER, OTHER_DIGITS, "")

FORBIDDEN = {
    **learnt_before_it_happened(
        "abnormalmenses",
        "agreement",
        "categorychange",
        "contraceptionattestation",
        "counselling",
        "enrolment",
        "mensespattern",
        "pharmacycertificate",
        "pregnancyexclusion",
        "pregnancyreport",
        "pregnancytest",
        "prescribercertificate",
        "prescription",
        "prescriptionform",
        "survey",
        "testcorrection",
        "testvoiding",
        "treatmentchange",
    ),
    **fraction("accessevent", "read_at"),
    **fraction("attempt", "made_at"),
    **fraction("draft", "saved_at"),
    **fraction("outbox", "sent_at"),
    **fraction("patient", "registered_at"),
    **fraction("programsignoff", "recorded_at"),
    **fraction("reassessment", "reached_at"),
    **fraction("reminder", "due_at"),
    **fraction("reversal", "reversed_at"),
    **fraction("signature", "signed_at"),
    "chain_kind_known": [{"kind": "stranger"}],
    "chain_last_at_exactly_when_not_empty": [{"length": 0}, {"last_at": None}, {"length": -1}],
    "membership_role_at_its_place": [
        {"role": "prescriber", "practice": None, "pharmacy": None},
        {"role": "delegate", "practice": PRACTICE, "pharmacy": PHARMACY},
        {"role": "pharmacist", "practice": PRACTICE, "pharmacy": None},
        {"role": "pharmacist", "practice": None, "pharmacy": None},
        {"role": "administrator", "practice": PRACTICE, "pharmacy": None},
        {"role": "auditor", "practice": None, "pharmacy": PHARMACY},
        {"role": "cleaner", "practice": None, "pharmacy": None},
    ],
    "membership_ended_at_after_began_at": [{"ended_at": at("began_at", -MINUTE)}],
    "membership_one_live_a_user": [{}, {"role": "administrator", "practice": None}],
    "delegation_ended_at_after_began_at": [{"ended_at": at("began_at", -MINUTE)}],
    "delegation_one_live_a_pair": [{}],
    "patient_language_known": [{"language": "xx"}, {"language": ""}],
    "categorychange_reason_given": [{"reason": ""}],
    "survey_prescribers_names_its_prescription": [
        {"by": "prescriber", "prescription_id": None},
        {"by": "stranger"},
    ],
    "prescriptionform_form_given": [{"form": ""}],
    "draft_one_a_form": [{}, {"patient": None, TWICE: True}],
    "pregnancytest_collected_before_known": [{"collected_at": at("at", MINUTE)}],
    "pregnancytest_sensitivity_above_zero": [{"sensitivity": 0}, {"sensitivity": -1}],
    "pregnancytest_result_known": [{"result": "maybe"}],
    "pregnancytest_setting_known": [{"setting": "car"}],
    "testcorrection_something_corrected": [
        {"result": None, "collected_at": None, "sensitivity": None, "setting": None, "home_allowed": None}
    ],
    "testcorrection_collected_before_known": [{"collected_at": at("at", MINUTE)}],
    "testcorrection_sensitivity_above_zero": [{"sensitivity": 0}],
    "testcorrection_result_known": [{"result": "maybe"}],
    "testcorrection_setting_known": [{"setting": "car"}],
    "testcorrection_reason_given": [{"reason": ""}],
    "testvoiding_reason_given": [{"reason": ""}],
    "scheduledtest_once": [{}],
    "scheduledtest_met_by_and_on_together": [
        {"met_by": one(PregnancyTest), "closed_on": at("due_on")},
        {"met_on": at("due_on"), "closed_on": at("due_on")},
    ],
    "scheduledtest_met_is_closed": [{"met_by": one(PregnancyTest), "met_on": at("due_on")}],
    "reassessment_once": [{}],
    "reminder_channel_known": [{"channel": "pigeon"}],
    "reminder_once": [{}],
    "reminder_sent_or_dropped": [
        {
            "claimed_at": at("planned_at"),
            "sent_at": at("planned_at"),
            "dropped_at": at("planned_at"),
            "dropped_because": "met",
        }
    ],
    "reminder_sent_at_after_claimed_at": [
        {"sent_at": at("planned_at")},
        {"sent_at": at("planned_at"), "claimed_at": at("planned_at", MINUTE)},
    ],
    "reminder_claimed_at_after_planned_at": [{"claimed_at": at("planned_at", -MINUTE)}],
    "reminder_dropped_at_with_reason": [
        {"dropped_at": at("planned_at")},
        {"dropped_because": "met"},
        {"dropped_at": at("planned_at", -MINUTE), "dropped_because": "met"},
    ],
    "signature_sha256_is_the_documents": [{"document": b"something else"}, {"sha256": b""}],
    "treatmentchange_reason_with_interruptions": [
        {"change": "held", "reason": ""},
        {"change": "resumed", "reason": ""},
        {"change": "stopped", "reason": "tired"},
        {"change": "doubled", "reason": "brave"},
    ],
    "mensespattern_known": [{"pattern": "lunar"}],
    "pregnancyreport_who_known": [{"who": "friend"}],
    "prescription_dose_positive": [{"daily_dose_mg": 0}],
    "prescription_withdrawn_at_with_reason": [
        {"withdrawn_at": at("recorded_at")},
        {"withdrawn_reason": "mistake"},
        {"withdrawn_at": at("recorded_at", -MINUTE), "withdrawn_reason": "mistake"},
    ],
    "prescription_withdrawn_reason_known": [{"withdrawn_at": at("recorded_at"), "withdrawn_reason": "mood"}],
    "prescription_lapsed_at_after_recorded_at": [{"lapsed_at": at("recorded_at", -MINUTE)}],
    "prescription_withdrawn_or_lapsed": [
        {"withdrawn_at": at("recorded_at"), "withdrawn_reason": "mistake", "lapsed_at": at("recorded_at")}
    ],
    "capsuleline_one_a_strength": [{}],
    "capsuleline_something_in_it": [{"strength_mg": 0}, {"per_dose": 0}],
    "decision_allowed_exactly_without_blockers": [
        {"blockers": ["not-enrolled"]},
        {"allowed": False, "expires_at": None},
    ],
    "decision_pharmacy_where_its_gate_asks": [
        {"pharmacy": PHARMACY, "pharmacy_seq": 1},
        {"pharmacy_seq": 1},
        {"gate": "confirm"},
        {"gate": "reverse", "pharmacy": PHARMACY, "pharmacy_seq": None},
        {"gate": "confirm", "pharmacy": None, "pharmacy_seq": 1},
        {"gate": "open", "pharmacy": PHARMACY, "pharmacy_seq": 1},
    ],
    "decision_dispense_says_how": [HOW | SAID | {unsaid: None} for unsaid in SAID],
    "decision_method_known": [HOW | SAID | {"method": "drone"}],
    "decision_expires_at_only_when_allowed": [
        {"expires_at": at("decided_at")},
        {"allowed": False, "blockers": ["not-enrolled"], "expires_at": at("decided_at", DAY)},
    ],
    "hold_next_change_at_not_before_asked_at": [{"next_change_at": at("asked_at", -MINUTE)}],
    "authorization_one_open_a_prescription": [{}],
    "authorization_number_is_16_digits": [{"number": number} for number in NUMBERS],
    "authorization_expires_at_after_issued_at": [{"expires_at": at("issued_at")}],
    "authorization_voided_at_with_its_fact": [
        {"voided_at": at("issued_at")},
        {"voided_by": one(LedgerEntry)},
        {"voided_at": at("issued_at", -MINUTE), "voided_by": one(LedgerEntry)},
    ],
    "authorization_lapsed_at_after_expires_at": [
        {"lapsed_at": at("expires_at", -MINUTE)},
        {"lapsed_at": at("issued_at"), "expires_at": None},
    ],
    "confirmation_one_held_a_pharmacy": [
        {"confirmed_at": at("expires_at"), "expires_at": at("expires_at", DAY)},
    ],
    "confirmation_one_pharmacy_at_a_time": [
        {"pharmacy": other_pharmacy},
        {"pharmacy": other_pharmacy, "expires_at": None},
        {"pharmacy": other_pharmacy, "confirmed_at": at("expires_at", -MINUTE)},
    ],
    "confirmation_number_is_16_digits": [{"number": number} for number in NUMBERS],
    "confirmation_expires_at_after_confirmed_at": [{"expires_at": at("confirmed_at")}],
    "confirmation_reversed_at_after_confirmed_at": [{"reversed_at": at("confirmed_at", -MINUTE)}],
    "confirmation_replaced_at_after_confirmed_at": [{"replaced_at": at("confirmed_at", -MINUTE)}],
    "dispense_one_an_authorization": [{}],
    "dispense_method_known": [{"method": "drone"}],
    "dispense_counselled_always": [{"counselled": False}],
    "dispense_receipt_is_16_digits": [{"receipt": number} for number in NUMBERS],
    "dispense_reversed_at_after_dispensed_at": [{"reversed_at": at("dispensed_at", -MINUTE)}],
    "reversal_reason_known": [{"reason": "mood"}],
    "programsignoff_names_a_file": [{"sha256": "ab" * 31}, {"sha256": "AB" * 32}, {"sha256": ""}],
    "programsignoff_says_who_and_what": [{"signed_by": ""}, {"document": ""}],
    "pharmacynotice_once": [{}],
    "pharmacynotice_claimed_at_after_planned_at": [{"claimed_at": at("planned_at", -MINUTE)}],
    "pharmacynotice_sent_at_after_claimed_at": [
        {"sent_at": at("planned_at")},
        {"sent_at": at("planned_at"), "claimed_at": at("planned_at", MINUTE)},
    ],
    "pharmacynotice_seen_at_after_planned_at": [{"seen_at": at("planned_at", -MINUTE)}],
}

ALLOWED = {
    "membership_one_live_a_user": {"ended_at": at("began_at")},
    "delegation_one_live_a_pair": {"ended_at": at("began_at")},
    "draft_one_a_form": {"form": "another"},
    "scheduledtest_once": {"duty": "final-test"},
    "reassessment_once": {"program": "us-thalidomide"},
    "reminder_once": {"duty": "final-test"},
    "capsuleline_one_a_strength": {"strength_mg": 1},
    "authorization_one_open_a_prescription": {"lapsed_at": at("expires_at")},
    "confirmation_one_held_a_pharmacy": {
        "confirmed_at": at("expires_at"),
        "expires_at": at("expires_at", DAY),
        "replaced_at": at("expires_at", DAY),
    },
    "confirmation_one_pharmacy_at_a_time": {
        "pharmacy": other_pharmacy,
        "confirmed_at": at("expires_at"),
        "expires_at": at("expires_at", DAY),
    },
    "dispense_one_an_authorization": {"reversed_at": at("dispensed_at")},
    "pharmacynotice_once": {"pharmacy": other_pharmacy},
}
"""For each constraint on several rows: what may stand beside the plain row."""

BY_THE_OWNER = {
    "ledger_entry_one_per_place",
    "ledger_entry_seq_from_one",
    "ledger_entry_learnt_after_it_happened",
}
"""Only the owner can write an entry by hand; tests/house/test_constraints.py tries these as the owner."""
