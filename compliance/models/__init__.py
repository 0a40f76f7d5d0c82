"""Every typed row of the compliance rooms."""

from compliance.models.attestations import Agreement, ContraceptionAttestation, Counselling, PrescriptionForm, Survey
from compliance.models.audit import AccessEvent, Attempt
from compliance.models.draft import Draft
from compliance.models.ledger import Chain, LedgerEntry, LedgerFact
from compliance.models.patients import CategoryChange, Enrolment, Patient, PatientFact, ProgramFact
from compliance.models.people import (
    Delegation,
    Membership,
    Outbox,
    Pharmacy,
    PharmacyCertificate,
    Practice,
    Prescriber,
    PrescriberCertificate,
    User,
)
from compliance.models.pregnancy_tests import PregnancyTest, Result, ScheduledTest, Setting, TestCorrection, TestVoiding
from compliance.models.reassessment import Reassessment
from compliance.models.reminder import Reminder
from compliance.models.sign_off import ProgramSignOff
from compliance.models.signature import Signature
from compliance.models.treatment import (
    AbnormalMenses,
    MensesPattern,
    PregnancyExclusion,
    PregnancyReport,
    TreatmentChange,
)

__all__ = [
    "AbnormalMenses",
    "AccessEvent",
    "Agreement",
    "Attempt",
    "CategoryChange",
    "Chain",
    "ContraceptionAttestation",
    "Counselling",
    "Delegation",
    "Draft",
    "Enrolment",
    "LedgerEntry",
    "LedgerFact",
    "Membership",
    "MensesPattern",
    "Outbox",
    "Patient",
    "PatientFact",
    "Pharmacy",
    "PharmacyCertificate",
    "Practice",
    "PregnancyExclusion",
    "PregnancyReport",
    "PregnancyTest",
    "Prescriber",
    "PrescriberCertificate",
    "PrescriptionForm",
    "ProgramFact",
    "ProgramSignOff",
    "Reassessment",
    "Reminder",
    "Result",
    "ScheduledTest",
    "Setting",
    "Signature",
    "Survey",
    "TestCorrection",
    "TestVoiding",
    "TreatmentChange",
    "User",
]
