"""Small files that machines ask for: robots.txt, security.txt."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe


@require_safe
def robots(request):
    """Let search engines read the reference; keep them from what is nobody's page."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /settings/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security(request):
    """Say where to report a weakness (RFC 9116). Raises Http404 while the operator has set no address."""
    if not settings.SECURITY_EMAIL:
        raise Http404
    # The RFC asks for a date within a year; the first of a month keeps the bytes the same for a while.
    expires = (timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)).isoformat()
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
