"""`manage.py rebuild_projections`: throw the schedules of tests away and make them anew from the ledger."""

from django.core.management.base import BaseCommand

from compliance.models import Patient
from compliance.services.reassess import rebuild


class Command(BaseCommand):
    help = "Make the schedules of tests anew from the ledger. The same rows come out; no gate reads them."

    def handle(self, *_args, **_options):
        patients = list(Patient.objects.order_by("pk").values_list("pk", flat=True))
        for patient_id in patients:
            rebuild(patient_id)
        self.stdout.write(f"rebuilt: {len(patients)} patients")
