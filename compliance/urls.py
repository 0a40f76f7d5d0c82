from django.urls import URLPattern, path

from compliance.views.health import livez, readyz
from compliance.views.home import home
from compliance.views.outbox import outbox
from compliance.views.sign_in import resume, sign_in, sign_out

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-in/resume/", resume, name="resume"),
    path("sign-out/", sign_out, name="sign-out"),
    path("outbox/", outbox, name="outbox"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
