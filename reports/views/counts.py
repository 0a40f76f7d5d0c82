"""The compliance page: numbers, and the rows behind each of them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from compliance.access import Permission, demand
from reports.counts import BY_SLUG, Count, tally
from reports.exports import csv_text
from reports.forms import PeriodForm
from reports.period import Period
from reports.presenters import duration, in_words, reason_says, shown_row

ROWS_A_PAGE = 50
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("Pregnancy tests"), ("tests-due", "tests-on-time", "tests-late", "tests-missed", "tests-not-yet")),
    (_("Authorizations"), ("releases", "expired-unused", "voided")),
    (_("Pharmacies"), ("confirmations", "dispenses", "reversals")),
    (_("Holds"), ("holds", "still-held")),
    (_("Open now"), ("overdue",)),
)


@demand(Permission.SEE_COUNTS)
@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """Everything counted for a period."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/program.html", {"form": form}, status=400)
    period = form.period()
    return render(request, "reports/program.html", {"form": form, "period": period, **_numbers(period)})


@demand(Permission.SEE_COUNTS)
@require_safe
def rows(request: HttpRequest, count: str) -> HttpResponse:
    """The rows behind one number, by patient code."""
    wanted, form = _count(count), PeriodForm(request.GET)
    context: dict[str, Any] = {"count": wanted, "form": form}
    if not form.is_valid():
        return render(request, "reports/rows.html", context, status=400)
    period = form.period()
    page = Paginator(wanted.rows(period), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "period": period,
        "page": page,
        "table": [shown_row(wanted, row, period.program.zone) for row in page],
        "asked": asked_for(form),
    }
    return render(request, "reports/rows.html", context)


@demand(Permission.SEE_COUNTS)
@require_safe
def export(request: HttpRequest, count: str) -> HttpResponse:
    """The same rows, all of them, as CSV."""
    wanted, form = _count(count), PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/rows.html", {"count": wanted, "form": form}, status=400)
    period = form.period()
    table = ([in_words(column, row) for column in wanted.columns] for row in wanted.rows(period))
    text = csv_text([str(column.heading) for column in wanted.columns], table, zone=period.program.zone)
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="holdfast-{wanted.slug}.csv"'},
    )


def asked_for(form: PeriodForm) -> str:
    """What was asked, to be asked again by a link."""
    query = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        if value:
            query[name] = value
    return query.urlencode()


def _count(slug: str) -> Count:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _numbers(period: Period) -> dict[str, Any]:
    found = tally(period)
    groups = [
        (title, [{"count": BY_SLUG[slug], "number": found.numbers[slug]} for slug in slugs]) for title, slugs in GROUPS
    ]
    reasons = [
        {
            "code": reason.code,
            "says": reason_says(reason.code),
            "reason": reason,
            "median": duration(reason.median_hours),
        }
        for reason in found.reasons
    ]
    return {"groups": groups, "reasons": reasons}
