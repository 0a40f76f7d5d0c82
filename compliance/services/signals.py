"""What rooms above may listen to, so that no arrow has to point up."""

from django.dispatch import Signal

fact_recorded = Signal()
"""Sent inside the transaction that wrote a fact: `row` (a LedgerFact), `session`. A receiver's error undoes both."""
