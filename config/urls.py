"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from compliance.access import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("compliance.urls")),
    path("", include("prescriptions.urls")),
    path("", include("reports.urls")),
    path("language/", public(set_language), name="set_language"),
]
handler500 = "prescriptions.views.outage.site_failed"
