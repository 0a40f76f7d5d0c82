"""What is shown when the site itself fails: at a pharmacy's counter that is `cannot tell`, in so many words."""

import sys

from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

COUNTER = "/pharmacy/"


def site_failed(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing. 503 where it was the database that failed, else 500."""
    lost_the_database = isinstance(sys.exc_info()[1], AnyDatabaseError)
    if not request.path.startswith(COUNTER):
        response = server_error(request)
        response.status_code = 503 if lost_the_database else 500
        return response
    return HttpResponse(render_to_string("prescriptions/outage.html"), status=503 if lost_the_database else 500)
