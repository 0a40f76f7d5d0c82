"""The programs in plain words in a real browser, at a desk and at 320 px."""

from tests import factories as make
from tests.fixtures.browsers import accessibility_faults

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 900}
ADDRESSES = [
    "/programs/",
    "/programs/us-pomalidomide/",
    "/programs/us-ipledge/?edition=2021-12-13",
    "/programs/us-ipledge/changes/",
    "/programs/eu-pomalidomide/changes/",
    "/programs/us-macitentan/",
]


def test_the_rules_are_open_to_everybody(page):
    person = make.make_administrator()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Program rules").click()
    page.wait_for_url("**/programs/")
    for address in ADDRESSES:
        page.goto(address)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            assert accessibility_faults(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
