"""What a practice has to do today."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from compliance import clock
from compliance.access import Member, Permission, demand
from compliance.programs import load_programs
from prescriptions.presenters.steps import step_shown
from prescriptions.selectors.drafts import waiting_for
from prescriptions.selectors.work_list import Row, work_list

A_PAGE = 50


@demand(Permission.SEE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def show_work_list(request: Member) -> HttpResponse:
    """Sorted by the time left, one action a row. What to find is posted: a name has no place in an address."""
    rows = work_list(request.membership)
    wanted = " ".join(request.POST.get("find", "")[:80].split()).casefold()
    found = [row for row in rows if wanted in f"{row.patient.name} {row.patient.code}".casefold()]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    zone = request.membership.practice.zone if request.membership.practice else "UTC"
    context = {
        "page": page,
        "rows": [_shown(row) for row in page],
        "find": wanted,
        "count": len(rows),
        "found": len(found),
        "zone": zone,
        "to_sign": waiting_for(request.membership),
    }
    return render(request, "prescriptions/work_list.html", context)


def _shown(row: Row) -> dict[str, object]:
    category = load_programs()[row.program].categories.get(row.category)
    return {
        "patient": row.patient,
        "category": category.name if category else "",
        "step": step_shown(row.step, row.patient.pk, row.program, clock.now()),
    }
