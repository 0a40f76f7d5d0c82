"""Every field is marked personal or not, and nothing personal reaches a word of ours that others read."""

import ast
import inspect
import logging
import textwrap

import pytest
from celery import current_app

from compliance.database import our_models
from compliance.models import Patient
from tests import life
from tests.house.source import APPS
from tests.house.test_roles import browser_of

MODELS = list(our_models())


def marked(model, name):
    """What a model and its bases say, taken together."""
    return [field for base in model.__mro__ for field in vars(base).get(name, ())]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_marked_once(model):
    personal, not_personal = marked(model, "personal"), marked(model, "not_personal")
    assert sorted(personal + not_personal) == sorted(field.name for field in model._meta.concrete_fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_row_is_named_by_nothing_personal(model):
    source = ast.parse(textwrap.dedent(inspect.getsource(model.__str__)))
    said = {node.attr for node in ast.walk(source) if isinstance(node, ast.Attribute)}
    assert not said & set(marked(model, "personal"))


def test_words_about_rows_hold_nobodys_name(clinic):
    rows = life.live(clinic)
    said = " ".join(f"{row} {row!r}" for row in rows.values())
    patients = [row for model, row in rows.items() if model.__name__ == "Patient"]
    assert patients
    secrets = [getattr(row, name) for row in patients for name in marked(type(row), "personal")]
    assert not [secret for secret in secrets if secret and str(secret) in said]


def test_logs_hold_nobodys_name(clinic, caplog):
    with caplog.at_level(logging.DEBUG):
        rows = life.live(clinic)
        for address in ("/work-list/", f"/patients/{rows[Patient].pk}/", "/prescriptions/no-such-key/"):
            browser_of(clinic.doctor).get(address)
    people = [*Patient.objects.all(), clinic.doctor, clinic.pharmacist]
    secrets = {str(getattr(row, name)) for row in people for name in marked(type(row), "personal")}
    assert caplog.records, "nothing was logged, so nothing was tried"
    assert not [secret for secret in secrets if secret and secret in caplog.text]


def our_tasks():
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if name.split(".")[0] in APPS}


def test_a_task_is_told_one_id_at_most():
    tasks = our_tasks()
    assert tasks
    for name, task in tasks.items():
        given = list(inspect.signature(task.run).parameters.values())
        assert len(given) <= 1, name
        for parameter in given:
            assert parameter.name.endswith("_id"), name
            assert parameter.annotation is str, name
            assert parameter.default is inspect.Parameter.empty, name


def test_a_task_says_in_its_name_which_room_it_is_of():
    for name, task in our_tasks().items():
        assert name.split(".")[0] == task.run.__module__.split(".")[0], name
