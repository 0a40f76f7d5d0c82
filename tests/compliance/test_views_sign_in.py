"""Signing in, out, and what happens to what was typed when a session ended."""

import pytest
from django.test import Client

from compliance.models import Draft
from tests.factories import PASSWORD, make_clinic, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return make_clinic()


def sign_in(client, user, password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": user.username, "password": password, **more})


def signed_in_client(user):
    client = Client()
    assert sign_in(client, user).status_code == 302
    return client


def test_a_stranger_is_sent_to_the_sign_in_page_and_back():
    response = Client().get("/outbox/")
    assert response.status_code == 302
    assert response.url == "/sign-in/?next=/outbox/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(clinic):
    wrong = sign_in(Client(), clinic.doctor, password="not this one")
    unknown = Client().post("/sign-in/", {"username": "nobody", "password": "not this one"})
    sentence = "This user name and password do not belong together"
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert "not this one" not in wrong.text


def test_five_wrong_passwords_lock_this_name_at_this_address_only(clinic):
    for _ in range(5):
        last = Client().post(
            "/sign-in/", {"username": clinic.doctor.username, "password": "wrong"}, REMOTE_ADDR="192.0.2.1"
        )
    elsewhere = Client().post(
        "/sign-in/", {"username": clinic.doctor.username, "password": PASSWORD}, REMOTE_ADDR="192.0.2.2"
    )
    assert last.status_code == 429
    assert "Wait a quarter of an hour" in last.text
    assert elsewhere.status_code == 302


def test_an_address_elsewhere_is_never_the_next_page(clinic):
    response = sign_in(Client(), clinic.doctor, next="https://elsewhere.example/")
    assert response.url == "/"


@pytest.mark.parametrize(
    ("who", "first_page"), [("doctor", "/work-list/"), ("delegate", "/work-list/"), ("pharmacist", "/pharmacy/")]
)
def test_each_role_begins_at_its_own_page(clinic, who, first_page):
    response = signed_in_client(getattr(clinic, who)).get("/")
    assert response.url == first_page


def test_somebody_without_a_role_is_told_so():
    response = signed_in_client(make_user()).get("/")
    assert response.status_code == 403
    assert "You have no role at present" in response.text


def test_signing_out_needs_a_press_and_ends_the_session(clinic):
    client = signed_in_client(clinic.doctor)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/outbox/").url.startswith("/sign-in/")


def end_session(client):
    del client.cookies["sessionid"]


def test_what_was_sent_after_the_session_ended_comes_back_after_signing_in(clinic):
    client = signed_in_client(clinic.doctor)
    end_session(client)

    refused = client.post("/patients/enrol/", {"given_name": "Zoë <b>", "family_name": "Kept", "password": "secret"})
    back = sign_in(client, clinic.doctor, next="/patients/enrol/")
    page = client.get(back.url)

    assert refused.url == "/sign-in/?next=/patients/enrol/"
    assert back.url.endswith("/sign-in/resume/")
    assert 'action="/patients/enrol/"' in page.text
    assert 'name="given_name" value="Zoë &lt;b&gt;"' in page.text
    assert "secret" not in page.text


def test_every_value_is_read_out_before_it_is_sent_on(clinic):
    client = signed_in_client(clinic.doctor)
    end_session(client)
    client.post("/patients/enrol/", {"family_name": "Planted", "confirmed": "yes"})
    page = client.get(sign_in(client, clinic.doctor).url).text
    assert "<dt>family name</dt><dd>Planted</dd>" in page
    assert "confirmed" not in page


@pytest.mark.parametrize("act", ["confirm", "dispense", "reverse"])
def test_an_act_at_the_counter_is_never_kept(clinic, act):
    client = signed_in_client(clinic.pharmacist)
    end_session(client)
    client.post(f"/pharmacy/{act}/", {"authorization": "5d1b9a0e-0000-4000-8000-000000000000"})
    assert not Draft.objects.exists()


def test_what_was_sent_on_is_kept_no_longer(clinic):
    client = signed_in_client(clinic.doctor)
    end_session(client)
    client.post("/patients/enrol/", {"family_name": "Kept"})
    sign_in(client, clinic.doctor)

    client.post("/patients/enrol/", {"family_name": "Kept", "given-back": "yes"})

    assert not Draft.objects.exists()


def test_what_one_person_typed_never_comes_back_to_another(clinic):
    client = signed_in_client(clinic.doctor)
    end_session(client)
    client.post("/patients/enrol/", {"family_name": "Kept"})

    back = sign_in(client, clinic.delegate, next="/patients/enrol/")

    assert not back.url.endswith("/resume/")
    assert client.get("/sign-in/resume/").status_code == 302


def test_a_browser_that_never_signed_in_leaves_nothing_behind(clinic):
    Client().post("/patients/enrol/", {"family_name": "Stranger"})
    assert not Draft.objects.exists()


def test_a_forged_owner_leaves_nothing_behind(clinic):
    client = Client()
    client.cookies["last_user"] = f'"{clinic.doctor.pk}":forged:forged'
    client.post("/patients/enrol/", {"family_name": "Forged"})
    assert not Draft.objects.exists()


def test_what_came_back_can_be_left(clinic):
    client = signed_in_client(clinic.doctor)
    end_session(client)
    client.post("/patients/enrol/", {"family_name": "Kept"})
    sign_in(client, clinic.doctor)

    client.post("/sign-in/resume/")

    assert not Draft.objects.exists()


def test_a_page_from_before_another_sign_in_is_kept_and_shown_for_one_more_press(clinic):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clinic.doctor, backend="django.contrib.auth.backends.ModelBackend")

    ours = client.post("/patients/enrol/", {"family_name": "Kept"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert ours.url == "/sign-in/resume/"
    assert 'value="Kept"' in client.get(ours.url).text


def test_a_page_from_elsewhere_is_refused_and_nothing_is_kept(clinic):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clinic.doctor, backend="django.contrib.auth.backends.ModelBackend")

    theirs = client.post("/patients/enrol/", {"family_name": "Planted"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert theirs.status_code == 403
    assert "This page was too old to be sent" in theirs.text
    assert not Draft.objects.exists()


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in():
    response = Client().get(
        "/outbox/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/prescriptions/1/"}
    )
    assert response.headers["HX-Redirect"] == "/sign-in/?next=/prescriptions/1/"


def test_the_sign_in_page_never_leads_back_to_itself(clinic):
    client = signed_in_client(clinic.doctor)
    assert client.get("/sign-in/?next=/sign-in/").url == "/"


@pytest.mark.parametrize("name", ["\x00", "x" * 10_000, "\u202e", ""])
def test_a_user_name_that_is_none_is_answered_by_the_page(name):
    response = Client().post("/sign-in/", {"username": name, "password": "\x00"})
    assert response.status_code == 200
    assert "Something here needs your attention" in response.text


@pytest.mark.parametrize("charset", ["hex", "base64", "utf-7", "unicode_escape", "utf-16"])
@pytest.mark.parametrize("path", ["/sign-in/", "/pharmacy/", "/nowhere/"])
def test_nothing_but_utf_8_is_read(charset, path):
    body = '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n+2AA-\\ud800\r\n--x--\r\n'
    content_type = f"multipart/form-data; boundary=x; charset={charset}"
    response = Client().generic("POST", path, body, content_type=content_type)
    assert response.status_code == 400
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "no-such-thing"])
def test_utf_8_may_be_called_by_any_of_its_names(charset):
    body = '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nIrène\r\n--x--\r\n'
    content_type = f"multipart/form-data; boundary=x; charset={charset}"
    response = Client().generic("POST", "/sign-in/", body, content_type=content_type)
    assert 'value="Irène"' in response.text


@pytest.mark.parametrize("length", [151, 300, 5000])
def test_a_user_name_that_nobody_can_have_gets_the_same_sentence(length):
    response = Client().post("/sign-in/", {"username": "x" * length, "password": "hunter"})
    assert response.status_code == 200
    assert "This user name and password do not belong together" in response.text


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "http://testserver//elsewhere.example/x"])
def test_htmx_may_call_the_page_whatever_it_likes(address):
    response = Client().get("/work-list/", headers={"HX-Request": "true", "HX-Current-URL": address})
    assert response["HX-Redirect"].startswith("/sign-in/?next=/")


def test_behind_a_proxy_a_stranger_locks_out_nobody_else(clinic, settings):
    settings.AXES_CLIENT_IP_CALLABLE = "config.callers.behind_a_proxy"
    name = clinic.pharmacist.username
    for _ in range(6):
        forwarded = {"X-Forwarded-For": "198.51.100.7, 192.0.2.66"}  # the first is what the stranger wrote
        Client().post("/sign-in/", {"username": name, "password": "wrong"}, headers=forwarded)
    for address in ("198.51.100.7", "2001:db8::7", "", "nobody"):
        good = {"username": name, "password": PASSWORD}
        assert Client().post("/sign-in/", good, headers={"X-Forwarded-For": address}).status_code == 302
    stranger = Client().post("/sign-in/", good, headers={"X-Forwarded-For": "192.0.2.66"})
    assert stranger.status_code == 429
