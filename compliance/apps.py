from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ComplianceConfig(AppConfig):
    name = "compliance"
    verbose_name = "Compliance"

    def ready(self) -> None:
        from compliance import receivers
        from compliance.database import protect_tables

        receivers.connect()
        post_migrate.connect(protect_tables, dispatch_uid="compliance.protect_tables")
