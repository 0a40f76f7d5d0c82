"""`manage.py replay`: decide every stored decision again from what was known then, and say what differs."""

import sys

from django.core.management.base import BaseCommand

from prescriptions.models import Decision
from prescriptions.services.replay import replay


class Command(BaseCommand):
    """Exit status: 0 where every decision comes out again, 1 where one does not."""

    help = "Decides every stored decision again from exactly what was known then. Prints counts and differences."

    def handle(self, *_args, **_options):
        decisions = Decision.objects.select_related("prescription").order_by("decided_at", "pk")
        count = decisions.count()
        if not count:
            self.stdout.write("There is no stored decision yet, so nothing was replayed.")
            return
        differing = set()
        for difference in replay(decisions.iterator(chunk_size=500)):
            differing.add(difference.decision)
            self.stderr.write(str(difference))
        self.stdout.write(f"replayed: {count} decisions, {len(differing)} of them differ")
        if differing:
            sys.exit(1)
