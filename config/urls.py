"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("compliance.urls")),
    path("", include("prescriptions.urls")),
    path("", include("reports.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
