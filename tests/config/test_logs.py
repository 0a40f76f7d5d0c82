"""Nothing in a log line says who a patient is."""

from config.logs import without_personal_data


def cleaned(**event):
    return without_personal_data(None, "info", event)


def test_what_libraries_put_in_about_a_person_is_dropped():
    event = cleaned(event="request_started", ip="10.0.0.1", user_agent="Firefox", request_id="r")

    assert event == {"event": "request_started", "request_id": "r"}


def test_a_query_string_is_dropped():
    assert cleaned(event="e", request="GET /patients/?q=Ana+Lima")["request"] == "GET /patients/"


def test_the_row_that_postgresql_quotes_is_dropped():
    quoted = "duplicate key value\nDETAIL:  Key (family_name)=(Lima) already exists.\nin line 3"

    assert (
        cleaned(event="failed", exception=quoted)["exception"] == "duplicate key value\nDETAIL: (left out)\nin line 3"
    )
