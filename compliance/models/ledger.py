"""The ledger: what is known, in the order in which it was learnt, one hash chain an owner."""

from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.models.record import APPEND_ONLY, Record, editable


class Chain(models.Model):
    """The head of one owner's chain, and the row that is locked to be that owner's only writer.

    Its key is the owner's own. Only `ledger_append` moves the head; the site's role may touch nothing but `touched`,
    which exists because PostgreSQL asks for UPDATE on some column before it grants a row lock.
    """

    record: ClassVar[Record] = editable("touched")
    not_personal = ("id", "kind", "length", "head", "last_at", "touched")

    class Kind(models.TextChoices):
        PATIENT = "patient", _("patient")
        PRESCRIBER = "prescriber", _("prescriber")
        PHARMACY = "pharmacy", _("pharmacy")
        ORGANISATION = "organisation", _("organisation")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, help_text=_("Whose chain this is."))
    length = models.BigIntegerField(default=0, help_text=_("How many entries the chain has."))
    head = models.BinaryField(
        max_length=32, help_text=_("The hash of the last entry, or of the owner's name while empty.")
    )
    last_at = models.DateTimeField(
        null=True, help_text=_("When the last entry was learnt; no later session is earlier.")
    )
    touched = models.SmallIntegerField(default=0, help_text=_("Never read; lets the site lock the row."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="chain_last_at_exactly_when_not_empty",
                condition=Q(length=0, last_at__isnull=True) | Q(length__gt=0, last_at__isnull=False),
            ),
            models.CheckConstraint(
                name="chain_kind_known", condition=Q(kind__in=["patient", "prescriber", "pharmacy", "organisation"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} chain {self.id}"


class LedgerEntry(models.Model):
    """One thing learnt. `body` is the contract's step, byte for byte as it was hashed."""

    record: ClassVar[Record] = APPEND_ONLY
    personal = ("body",)
    not_personal = ("id", "chain", "seq", "kind", "program", "at", "recorded_at", "actor", "previous_hash", "hash")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField(help_text=_("Place in the chain, from 1, without gaps."))
    kind = models.CharField(max_length=40, help_text=_("The fact or outcome, in the contract's words."))
    program = models.CharField(
        max_length=40, blank=True, help_text=_("Program code; empty for what belongs to the person.")
    )
    at = models.DateTimeField(help_text=_("When it happened."))
    recorded_at = models.DateTimeField(help_text=_("When the system learnt it; never before it happened."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        help_text=_("Who said so; empty for the system itself."),
    )
    body = models.BinaryField(help_text=_("Canonical JSON of the step, UTF-8."))
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(
        max_length=32, help_text=_("SHA-256 over the previous hash, the place, the actor, the program and the body.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_entry_one_per_place", fields=["chain", "seq"]),
            models.CheckConstraint(name="ledger_entry_seq_from_one", condition=Q(seq__gte=1)),
            models.CheckConstraint(name="ledger_entry_learnt_after_it_happened", condition=Q(recorded_at__gte=F("at"))),
        ]
        indexes = [models.Index(name="ledger_entry_kind_when", fields=["kind", "recorded_at"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"


class LedgerFact(models.Model):
    """A typed row that stands for exactly one ledger entry. Subclasses say their `kind` and give their `step`."""

    record: ClassVar[Record] = APPEND_ONLY
    personal: ClassVar[tuple[str, ...]] = ()
    not_personal: ClassVar[tuple[str, ...]] = ("id", "entry", "at", "recorded_at", "recorded_by")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text=_("When it happened."))
    recorded_at = models.DateTimeField(help_text=_("When the system learnt it."))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_learnt_after_it_happened", condition=Q(recorded_at__gte=F("at"))),
        ]

    @property
    def kind(self) -> str:
        """The fact, in the contract's words."""
        raise NotImplementedError

    @property
    def chain_id(self) -> UUID:
        """Whose chain the entry goes on."""
        raise NotImplementedError

    @property
    def entry_program(self) -> str:
        """The program the fact belongs to; empty where it belongs to the person."""
        return getattr(self, "program", "")

    def step(self) -> dict[str, object]:
        """The contract's keys of this fact, without `fact`, `at` and `recorded_at`."""
        return {}
