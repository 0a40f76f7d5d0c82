"""What each program demands, in plain words, from the file that the gates themselves read."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import clock
from compliance.access import signed_in
from compliance.plain_words.edition import changes, in_words
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.rules.program import Edition, EditionHead, NoEdition, Program
from compliance.selectors.sign_offs import sign_offs_of


@signed_in
@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Every program with the edition in force today."""
    listed = [{"program": one, "edition": in_force(one) or one.editions[-1]} for one in load_programs().values()]
    return render(request, "programs/programs.html", {"listed": listed})


@signed_in
@require_safe
def program_in_words(request: HttpRequest, program: str) -> HttpResponse:
    """One edition in sentences: the one that the address names, else the one in force."""
    found = program_named(program)
    edition = edition_asked(found, request.GET.get("edition")) or in_force(found) or found.editions[-1]
    parts = in_words(edition)
    unsettled = sum(not line.settled for part in parts for line in part.lines)
    context = about(found, edition) | {"parts": parts, "unsettled": unsettled}
    return render(request, "programs/program.html", context)


@signed_in
@require_safe
def program_changes(request: HttpRequest, program: str) -> HttpResponse:
    """What a later edition says differently: of the latest two, unless the address names others."""
    found = program_named(program)
    after = edition_asked(found, request.GET.get("after")) or found.editions[-1]
    earlier = [one for one in found.editions if one.starts_on < after.starts_on]
    before = edition_asked(found, request.GET.get("before")) or (earlier[-1] if earlier else None)
    listed = changes(before, after) if before else []
    context = {"before": before, "after": after, "changes": listed, "program": found}
    return render(request, "programs/changes.html", context)


def about(program: Program, edition: EditionHead) -> dict[str, Any]:
    """Which edition it is, which is in force, and which others there are."""
    today = calendar.date_of(clock.now(), program.zone)
    current = in_force(program)
    return {
        "program": program,
        "edition": edition,
        "sign_offs": list(sign_offs_of(edition)),
        "others": [one for one in program.editions if one is not edition],
        "is_in_force": edition is current,
        "to_come": edition.starts_on > today,
        "retired": edition.retired is not None and edition.retired.on <= today,
        "has_gates": isinstance(edition, Edition),
    }


def in_force(program: Program) -> EditionHead | None:
    """The edition of today's date in the program's zone; None before the first one."""
    try:
        return program.edition_at(clock.now())
    except NoEdition:
        return None


def program_named(code: str) -> Program:
    found = load_programs().get(code)
    if found is None:
        raise Http404
    return found


def edition_asked(program: Program, first_day: str | None) -> EditionHead | None:
    """The edition that starts on that day, as written in the address. 404 where there is none such."""
    if not first_day:
        return None
    for edition in program.editions:
        if edition.starts_on.isoformat() == first_day:
            return edition
    raise Http404
