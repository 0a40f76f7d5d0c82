from django.urls import URLPattern, path

from reports.views import certificates, counts, decisions

urlpatterns: list[URLPattern] = [
    path("program/", counts.program, name="program"),
    path("program/decisions/", decisions.listing, name="decisions"),
    path("program/decisions/<uuid:decision>/", decisions.one, name="decision"),
    path("program/certificates/", certificates.certificates, name="certificates"),
    path("program/<slug:count>/", counts.rows, name="program-rows"),
    path("program/<slug:count>.csv", counts.export, name="program-csv"),
]
