"""`manage.py sweep`: everything a worker does by the clock, without Celery. For the supervisor or a timer."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from compliance.services.jobs import Budget
from compliance.services.sweep import sweep_patients
from prescriptions.services.sweep import sweep_held, sweep_notices


class Command(BaseCommand):
    help = (
        "Ask again what a lost message left behind: held prescriptions, pharmacies to tell, reminders. Prints counts."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, default=50, help="Stop between two rows after so many seconds.")

    def handle(self, *_args, seconds, **_options):
        budget = Budget.of(seconds)
        counts = {
            "held": sweep_held(budget=budget),
            "notices": sweep_notices(budget=budget),
            **sweep_patients(budget=budget),
        }
        for name, count in counts.items():
            self.stdout.write(f"{name}: {_('another sweep is at it') if count is None else count}")
