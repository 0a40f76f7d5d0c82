"""Every word a person reads goes through gettext, and every code and duty has its words."""

import re
from html.parser import HTMLParser

import pytest
from django.template.base import Lexer, TokenType
from django.utils.functional import Promise

from compliance import wording
from compliance.rules.verdict import Code, DutyKind, Gate, Party
from tests.house.source import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
READ_ALOUD = {"alt", "title", "aria-label", "aria-description", "placeholder", "summary"}
NOT_SPOKEN = {"script", "style"}
NAMES = {"Holdfast"}  # not translated: it is a name
WORD = re.compile(r"[^\W\d_]{2,}")
DROPPED = re.compile(r"(blocktranslate|blocktrans|comment)\b")


class Words(HTMLParser):
    """Collects what a template says outside of gettext."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.found, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in NOT_SPOKEN
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag):
        self.silent -= tag in NOT_SPOKEN

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def outside_gettext(source):
    """The template's text without its tags, variables, comments and translated blocks."""
    text, dropping = [], None
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            if dropping is None and DROPPED.match(name):
                dropping = f"end{name}"
            elif name == dropping:
                dropping = None
        elif token.token_type is TokenType.TEXT and dropping is None:
            text.append(token.contents)
        elif token.token_type is TokenType.VAR and dropping is None:
            text.append("0")  # what it says comes from elsewhere
    return "".join(text)


def untranslated(path):
    said = outside_gettext(path.read_text())
    if path.suffix == ".txt":
        texts = [said]
    else:
        parser = Words()
        parser.feed(said)
        texts = parser.found
    return [text.strip() for text in texts for word in WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_untranslated(path):
    assert not untranslated(path)


def test_this_test_would_find_a_forgotten_word(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p title='{% translate \"fine\" %}'>{% translate 'fine' %} {{ fine }} <b>forgotten</b></p>")
    assert untranslated(page) == ["forgotten"]
    page.write_text('<img alt="forgotten"><script>fine()</script>{% comment %}fine{% endcomment %}{# fine #}')
    assert untranslated(page) == ["forgotten"]


@pytest.mark.parametrize("code", Code)
def test_every_code_says_why_and_what_next(code):
    words = wording.WORDS[code]
    for text in (words.says, words.next):
        assert isinstance(text, Promise), "not through gettext"
        assert str(text)[0].isupper()
        assert str(text).endswith(".")
        assert str(code) not in str(text), "a code is no sentence"


def test_no_words_are_left_of_codes_that_went():
    assert set(wording.WORDS) == set(Code)


@pytest.mark.parametrize("duty", DutyKind)
def test_every_duty_has_its_words(duty):
    assert isinstance(wording.DUTIES[duty], Promise)
    assert str(wording.DUTIES[duty]).strip()


def test_codes_are_ordered_words_of_the_contract():
    contract = (ROOT / "docs/contract.md").read_text()
    for word in (*Code, *DutyKind, *Gate, *Party):
        assert f"`{word}`" in contract or word == Gate.RELEASE, word
