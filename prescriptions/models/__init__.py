"""The life of one prescription: written, held, released, confirmed, dispensed, or ended on the way.

Rows are written once. What happens later is a stamp that goes from null to a moment, once, or a row of its own.
No gate reads a stamp back as a permission: every gate decides afresh from the ledger.
"""

from prescriptions.models.authorization import Authorization, PharmacyNotice
from prescriptions.models.decision import Decision, Hold
from prescriptions.models.prescription import CapsuleLine, Prescription
from prescriptions.models.supply import Confirmation, Dispense, Reversal

__all__ = [
    "Authorization",
    "CapsuleLine",
    "Confirmation",
    "Decision",
    "Dispense",
    "Hold",
    "PharmacyNotice",
    "Prescription",
    "Reversal",
]
