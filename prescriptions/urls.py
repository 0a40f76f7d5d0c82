from django.urls import URLPattern, path

from prescriptions.views.ask_again import ask_again
from prescriptions.views.counter import confirm, dispense, reverse
from prescriptions.views.desk import verify
from prescriptions.views.patient import patient
from prescriptions.views.prescribe import prescribe
from prescriptions.views.prescription import prescription, status
from prescriptions.views.sign import check_and_sign
from prescriptions.views.site_log import log, read_notice, receipt
from prescriptions.views.what_if import what_if
from prescriptions.views.withdraw import withdraw
from prescriptions.views.work_list import show_work_list

urlpatterns: list[URLPattern] = [
    path("work-list/", show_work_list, name="work-list"),
    path("patients/<uuid:patient_id>/", patient, name="patient"),
    path("patients/<uuid:patient_id>/prescribe/<slug:program>/", prescribe, name="prescribe"),
    path("patients/<uuid:patient_id>/prescribe/<slug:program>/sign/", check_and_sign, name="check-and-sign"),
    path("patients/<uuid:patient_id>/what-if/<slug:program>/", what_if, name="what-if"),
    path("prescriptions/<uuid:prescription_id>/", prescription, name="prescription"),
    path("prescriptions/<uuid:prescription_id>/status/", status, name="prescription-status"),
    path("prescriptions/<uuid:prescription_id>/withdraw/", withdraw, name="withdraw"),
    path("prescriptions/<uuid:prescription_id>/ask-again/", ask_again, name="ask-again"),
    path("pharmacy/", verify, name="verify"),
    path("pharmacy/confirm/", confirm, name="pharmacy-confirm"),
    path("pharmacy/dispense/", dispense, name="pharmacy-dispense"),
    path("pharmacy/reverse/", reverse, name="pharmacy-reverse"),
    path("pharmacy/receipts/<uuid:dispense_id>/", receipt, name="receipt"),
    path("pharmacy/log/", log, name="pharmacy-log"),
    path("pharmacy/notices/<uuid:notice_id>/", read_notice, name="read-notice"),
]
