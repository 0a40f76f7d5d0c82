"""One owner, one writer. The moment is read under the locks, so it is never older than the facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from compliance import clock
from compliance.models import LedgerFact, User
from compliance.services import ledger
from compliance.services.signals import fact_recorded


class NoSuchChain(LookupError):
    """There is no chain of that key: nothing can be locked, so nothing may be decided or written."""


@dataclass(slots=True)
class Session:
    """What a service may do while it holds an owner's lock.

    `at` is the session's moment: UTC, whole seconds, never earlier than the chain's last entry. `seqs` says how far
    each locked chain reached when the lock was got, by owner.
    """

    owner: UUID
    at: datetime
    by: User | None
    seqs: dict[UUID, int] = field(default_factory=dict)

    @property
    def actor(self) -> UUID | None:
        return self.by.pk if self.by else None

    def record(self, row: LedgerFact, *, at: datetime | None = None) -> LedgerFact:
        """Write a fact with its ledger entry. `at` is when it happened; left out, it is now.

        Raises `ValueError` for what the contract would refuse, such as a time after the session's moment.
        """
        row.at, row.recorded_at, row.recorded_by = at or self.at, self.at, self.by
        if row.chain_id != self.owner:
            raise ValueError("This fact belongs to somebody else's chain.")
        step = ledger.fact_step(row)
        row.entry_id, _ = self.append(row.kind, program=row.entry_program, at=row.at, step=step)
        row.save(force_insert=True)
        fact_recorded.send(type(row), row=row, session=self)
        return row

    def append(self, kind: str, *, program: str, at: datetime, step: dict[str, object]) -> tuple[UUID, int]:
        """Put an entry on the locked chain. Returns its key and place."""
        entry, seq = ledger.append(
            self.owner, kind=kind, program=program, at=at, recorded_at=self.at, actor=self.actor, step=step
        )
        self.seqs[self.owner] = seq
        return entry, seq


@contextmanager
def patient_session(patient_id: UUID, *, by: User | None, also: tuple[UUID, ...] = ()) -> Iterator[Session]:
    """Lock the patient, then what a gate reads beside them (prescriber, pharmacy: in that order), then read the clock.

    Others' chains in `also` are locked for sharing: many gates may read a certificate at once, none while it is being
    taken back. Raises `NoSuchChain`. Durable: it cannot be opened inside another transaction.
    """
    with transaction.atomic(durable=True):
        yield session_on(patient_id, by=by, also=also)


@contextmanager
def owner_session(owner: UUID, *, by: User | None) -> Iterator[Session]:
    """The same for a prescriber's, a pharmacy's or an organisation's chain, alone."""
    with transaction.atomic(durable=True):
        yield session_on(owner, by=by)


def session_on(owner: UUID, *, by: User | None, also: tuple[UUID, ...] = ()) -> Session:
    """A session inside the transaction that the caller has open. Locks first, then reads the clock."""
    heads = [_lock(owner, "FOR UPDATE"), *(_lock(other, "FOR SHARE") for other in also)]
    seqs = {key: length for key, length, _ in heads}
    latest = [last_at for _, _, last_at in heads if last_at is not None]
    return Session(owner=owner, at=max([clock.database_now(), *latest]), by=by, seqs=seqs)


def _lock(key: UUID, strength: str) -> tuple[UUID, int, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, length, last_at FROM "compliance_chain" WHERE id = %s {strength}',  # noqa: S608 - our own constants
            [key],
        )
        head: tuple[UUID, int, datetime | None] | None = cursor.fetchone()
    if head is None:
        raise NoSuchChain(str(key))
    return head
