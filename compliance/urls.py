from django.urls import URLPattern, path

from compliance.views.elsewhere import enrol_elsewhere
from compliance.views.enrol import enrol
from compliance.views.health import livez, readyz
from compliance.views.home import home
from compliance.views.outbox import outbox
from compliance.views.programs import program_changes, program_in_words, programs
from compliance.views.record import correct_test, record, void_test
from compliance.views.sign_in import resume, sign_in, sign_out

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-in/resume/", resume, name="resume"),
    path("sign-out/", sign_out, name="sign-out"),
    path("patients/enrol/", enrol, name="enrol"),
    path("patients/<uuid:patient_id>/enrol/", enrol_elsewhere, name="enrol-elsewhere"),
    path("patients/<uuid:patient_id>/record/<slug:kind>/", record, name="record"),
    path("patients/<uuid:patient_id>/tests/<uuid:test_id>/correct/", correct_test, name="correct-test"),
    path("patients/<uuid:patient_id>/tests/<uuid:test_id>/void/", void_test, name="void-test"),
    path("programs/", programs, name="programs"),
    path("programs/<slug:program>/", program_in_words, name="program-rules"),
    path("programs/<slug:program>/changes/", program_changes, name="program-changes"),
    path("outbox/", outbox, name="outbox"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
