"""Who is calling, where a proxy stands in between."""

from ipaddress import ip_address

from django.http import HttpRequest


def behind_a_proxy(request: HttpRequest) -> str | None:
    """The address our own proxy saw: the last it put into `X-Forwarded-For`; what stands before it anybody can write.

    Without it everybody would seem to call from the proxy, and a stranger could lock a pharmacist out by name alone.
    """
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(seen))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
