"""What a supervisor asks: does the process answer, and can it do its work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from compliance.access import public


@public
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing of anything else."""
    return JsonResponse({"alive": True})


@public
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 where the database answers and has every migration, else 503. Says no more than that."""
    checks = {"database": False, "migrations": False}
    try:
        connection.ensure_connection()
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        connection.close()
    ready = all(checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)
