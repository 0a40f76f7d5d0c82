"""Every address is public by declaration, or demands something; and its page is made of translated words."""

import re
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from compliance.access import Permission
from tests.house.source import APPS

PUBLIC = {"sign-in", "sign-out", "livez", "readyz"}
FOR_ALL_WHO_ARE_SIGNED_IN = {"home", "resume", "programs", "program-rules", "program-changes"}
IDS = re.compile(r"<(?P<kind>\w+):\w+>")
TELLING_KINDS = {"uuid", "slug"}


def patterns(resolver=None, before=""):
    """Every address with its view and its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), entry.callback, entry.name


OURS = [found for found in patterns() if found[1].__module__.split(".")[0] in APPS]
LIBRARIES = [found for found in patterns() if found[1].__module__.split(".")[0] not in APPS]


@pytest.mark.parametrize(("address", "view", "name"), OURS, ids=[str(name) for _, _, name in OURS])
def test_a_view_says_who_may_see_it(address, view, name):
    assert name, address
    assert hasattr(view, "demands"), f"{name} demands nothing and does not say so"
    if getattr(view, "login_required", True) is False:
        assert name in PUBLIC
    elif view.demands is None:
        assert name in FOR_ALL_WHO_ARE_SIGNED_IN
    else:
        assert isinstance(view.demands, Permission)


def test_what_is_open_is_listed_and_there():
    names = {name for _, _, name in OURS}
    assert names >= PUBLIC | FOR_ALL_WHO_ARE_SIGNED_IN


def test_libraries_give_no_page_but_the_language():
    assert {name for _, _, name in LIBRARIES} <= {"set_language"}


@pytest.mark.parametrize("address", [address for address, _, _ in OURS])
def test_addresses_hold_keys_and_fixed_words(address):
    """A number, a name or a date in an address ends up in logs and histories; a record's key says nothing."""
    assert not set(IDS.findall(address)) - TELLING_KINDS
    assert "(?P" not in address


def test_names_of_addresses_are_unique():
    names = [name for _, _, name in OURS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("address", "view", "name"), OURS, ids=[str(name) for _, _, name in OURS])
def test_a_stranger_sees_nothing(client, db, address, view, name):
    """Whoever is not signed in is sent to the sign-in page, whatever they ask for."""
    key = str(UUID(int=7))
    concrete = "/" + re.sub(r"<slug:program>", "us-pomalidomide", address)
    concrete = re.sub(r"<uuid:\w+>", key, concrete)
    concrete = re.sub(r"<slug:\w+>", "tests-due", concrete)
    for ask in (client.get, client.post):
        answer = ask(concrete)
        if name in PUBLIC:
            assert answer.status_code in {200, 302, 405, 503}, concrete
        else:
            assert answer.status_code == 302, concrete
            assert answer.headers["Location"].startswith("/sign-in/"), concrete
