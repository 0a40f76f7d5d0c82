"""The four races of the main job, told as one try each, and what must be true after every one of them."""

from collections import Counter
from functools import partial
from uuid import uuid4

from django.db import IntegrityError
from django.db.models import F

from compliance.services import enrol, record_evidence
from prescriptions.models import Authorization, Confirmation, Decision, PharmacyNotice
from prescriptions.services.confirm import confirm
from prescriptions.services.release import release
from prescriptions.services.reverse import reverse
from tests import factories as make

TRIES_A_PATIENT = 15  # a chain that grows for ever would measure long chains


class Race:
    """Set up once a patient, tried often. The tally counts who won, what was stale and what constraints stopped."""

    def __init__(self, ring):
        self.ring = ring
        self.clinic = make.make_clinic()
        self.tally = Counter()
        self.tries = 0

    def run(self, tries):
        """So many tries; returns the tally."""
        for _ in range(tries):
            if self.tries % TRIES_A_PATIENT == 0:
                self.patient = make.make_ready_patient(self.clinic, category=make.MALE)
                self.begin()
            self.tries += 1
            self.one_try()
        return self.tally

    def begin(self):
        """Whatever a fresh patient needs."""

    def note(self, results):
        """Count the tries in which somebody decided from old facts: stored so, or stopped by a constraint."""
        stopped = sum(isinstance(result, IntegrityError) for result in results)
        stale = Decision.objects.filter(patient=self.patient).exclude(patient_seq=F("entry__seq") - 1)
        seen = stale.count() - self.tally[self.patient.pk]
        self.tally[self.patient.pk] += seen
        self.tally["stale"] += seen + stopped
        self.tally["stopped by a constraint"] += stopped

    def confirm_at(self, pharmacy, prescription):
        return partial(confirm, prescription, pharmacy_id=pharmacy.pk, by=self.clinic.pharmacist)

    def report(self):
        """The tally without the keys of patients."""
        return Counter({what: number for what, number in self.tally.items() if isinstance(what, str)})


class TwoPharmacies(Race):
    """Both confirm one authorization: exactly one holds it."""

    def begin(self):
        self.prescription = make.make_released(self.clinic, self.patient).prescription_id

    def one_try(self):
        sites = (self.clinic.pharmacy, self.clinic.other_pharmacy)
        results = self.ring.race(*(self.confirm_at(site, self.prescription) for site in sites))
        self.note(results)
        holders = Confirmation.objects.filter(authorization__prescription=self.prescription, reversed_at=None)
        winners = [holder.pharmacy_id for holder in holders]
        self.tally[f"{len(winners)} winners"] += 1
        self.tally["won by the first" if winners[:1] == [sites[0].pk] else "won by the second"] += 1
        for winner in winners:
            reverse(self.prescription, pharmacy_id=winner, by=None, reason="mistake")


class DoubleClick(Race):
    """One release is pressed twice, with the id of one page or of two: one number, and the same answer for one page."""

    def one_try(self):
        prescription = make.make_held(self.clinic, self.patient).pk
        page = uuid4()
        pages = (page, page if self.tries % 2 else uuid4())
        results = self.ring.race(
            *(partial(release, prescription, by=self.clinic.doctor, attempt_id=one) for one in pages)
        )
        self.note(results)
        self.tally[f"{Authorization.objects.filter(prescription=prescription).count()} numbers"] += 1
        acts = [result for result in results if not isinstance(result, IntegrityError)]
        if len(acts) == 2 and pages[0] == pages[1]:
            same = acts[0].decision == acts[1].decision and sorted(act.repeated for act in acts) == [False, True]
            self.tally["one page, one answer" if same else "one page, two answers"] += 1
        if len(acts) == 2 and pages[0] != pages[1]:
            allowed = sorted(act.allowed for act in acts)
            self.tally["two pages, one yes" if allowed == [False, True] else "two pages, not one yes"] += 1


class AgainstAFact(Race):
    """A confirmation and a fact that forbids it: whichever comes first, nobody confirms after the fact.

    Where both could read first, the fact is written first: that is the order that harms.
    """

    def one_try(self):
        authorization = make.make_released(self.clinic, self.patient)
        confirming = self.confirm_at(self.clinic.pharmacy, authorization.prescription_id)
        results = self.ring.race(confirming, self.fact, last=0)
        self.note(results)
        confirmed = Confirmation.objects.filter(authorization=authorization).first()
        authorization.refresh_from_db()
        self.tally["void" if authorization.voided_at else "not void"] += 1
        if confirmed is None:
            self.tally["refused"] += 1
        elif confirmed.decision.entry.seq > self.seq_of_the_fact():
            self.tally["confirmed after the fact"] += 1
        else:
            told = PharmacyNotice.objects.filter(authorization=authorization).exists()
            self.tally["confirmed before, and told" if told else "confirmed before, not told"] += 1
        self.lift()


class AgainstAPositiveTest(AgainstAFact):
    def fact(self):
        return make.make_test(self.clinic, self.patient, result="positive")

    def seq_of_the_fact(self):
        return self.patient.pregnancytests.order_by("-entry__seq").first().entry.seq

    def lift(self):
        record_evidence.exclude_pregnancy(self.patient.pk, by=self.clinic.doctor)


class AgainstACategoryChange(AgainstAFact):
    def fact(self):
        return self._move_to(make.CANNOT)

    def _move_to(self, category):
        return enrol.change_category(
            self.patient.pk, by=self.clinic.doctor, program=make.PROGRAM, category=category, reason="mistaken before"
        )

    def seq_of_the_fact(self):
        return self.patient.categorychanges.order_by("-entry__seq").first().entry.seq

    def lift(self):
        self._move_to(make.MALE)
        record_evidence.sign_agreement(self.patient.pk, by=self.clinic.doctor, program=make.PROGRAM, category=make.MALE)
