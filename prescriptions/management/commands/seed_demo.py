"""`manage.py seed_demo`: invent a practice, two pharmacies and their patients, and play their histories until now."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from compliance import clock
from compliance.models import LedgerEntry, Patient
from compliance.rules.calendar import date_of
from compliance.services import audit
from config.embedded.folders import demo_folder
from prescriptions.demo.accounts import accounts_text
from prescriptions.demo.cast import Cast, make_cast
from prescriptions.demo.life import ZONE, Life
from prescriptions.demo.stories import STORIES, Story

SEEDED = "demo-seeded"
CAST_BEGAN = timedelta(days=150)


class Command(BaseCommand):
    help = "Fill an empty database with invented people whose histories end now. For the demonstration only."

    def add_arguments(self, parser):
        parser.add_argument(
            "--accounts",
            type=Path,
            default=None,
            help="Where to write how to sign in (default: accounts.txt in the demonstration's data folder).",
        )

    def handle(self, *_args, accounts, **_options):
        if not settings.CLOCK_MAY_MOVE:
            raise CommandError("These settings do not let the clock be moved, so no history can be played.")
        if Patient.objects.exists():
            self._say_what_is_there()
            return
        now = clock.now()
        cast = self._gather(now)
        for story in STORIES:
            self._play(story, cast, now)
        with transaction.atomic():
            audit.note(audit.PROGRAM_OFFICE, SEEDED, by=None, about={"practice": cast.practice.pk})
        (accounts or demo_folder() / "accounts.txt").write_text(accounts_text(cast, now))

    def _say_what_is_there(self):
        """Nothing is ever added to a database in use. Its own earlier work is no error."""
        seeded = LedgerEntry.objects.filter(chain=audit.PROGRAM_OFFICE, kind=f"note.{SEEDED}").first()
        if seeded is None:
            raise CommandError("This database has patients already, and they are not the demonstration's.")
        when = seeded.recorded_at.astimezone(ZONE)
        self.stdout.write(f"The demonstration's people are here already, made {when:%a %d %b %Y %H:%M} New York time.")

    def _gather(self, now) -> Cast:
        life_began = now - CAST_BEGAN
        with clock.moved_to(life_began):
            cast = make_cast()
        self.stdout.write(f"  {cast.practice.name}; {cast.harbour.name}; {cast.mesa.name}")
        return cast

    def _play(self, story: Story, cast: Cast, now) -> None:
        person = story.person(date_of(now, ZONE))
        prescriber = cast.second if story.by_second else cast.first
        life = Life(cast=cast, person=person, now=now, reached=now - CAST_BEGAN, prescriber=prescriber)
        story.plays(life)
        life.end()
        self.stdout.write(f"  {person.given_name + ' ' + person.family_name:<20} {story.shows}")
