"""What every request meets: an id, honest cache headers, a page when the database is down, a log line without addresses."""

import hashlib
import logging
import secrets
import time

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from conditions.models.version import ReferenceVersion
from oms_community import errors
from oms_community.comfort import COOKIE, Comfort

log = logging.getLogger("oms_community.requests")


class RequestIdMiddleware:
    """Give each request an id, and write one line about it: id, route, status, time. No address, query, body or person."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Number the request, answer it, write the line."""
        request.request_id = secrets.token_hex(6)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.view_name if match else "-"
        took = (time.perf_counter() - started) * 1000
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        log.log(
            level, "%s %s %s %d %.0fms", request.request_id, request.method if request.method.isalpha() else "?", route, response.status_code, took
        )
        response["X-Request-Id"] = request.request_id
        return response


class ServiceUnavailableMiddleware:
    """Answer 503 with a page that needs no database when the database cannot be reached."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Turn a lost database into the 503 page; every other exception goes its way."""
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("%s the database cannot be used: %s", getattr(request, "request_id", "-"), type(exception).__name__, exc_info=settings.DEBUG)
            return errors.service_unavailable(request)
        return None


class CacheHeadersMiddleware:
    """Visitors' pages may be kept and asked about again (ETag); pages of whoever has a session are not kept at all."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Answer, then say how the answer may be kept."""
        response = self.get_response(request)
        # The cookie alone decides: asking who somebody is would need the database, which may just have gone away.
        if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies:
            response["Cache-Control"] = "private, no-store"
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response


class VisitorPagesMiddleware:
    """Keep visitors' pages of the reference, each under the version of the reference it was made from.

    The version is asked for at every request (one query), so that no process shows a page older than the last commit. Whoever has a
    session gets every page made anew, and so does an address with a query. docs/decisions/0005 says why.
    """

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on; keep the answer if `process_view` said under which key."""
        response = self.get_response(request)
        key = getattr(request, "visitor_page_key", None)
        if key and response.status_code == 200 and not response.streaming and not response.cookies:
            caches["visitor_pages"].set(key, response.content)
        return response

    def process_view(self, request, view, arguments, named):
        """Answer with a kept page, or note the key under which this one may be kept."""
        promise = getattr(view, "same_for_all_visitors", False)
        if not settings.KEEP_VISITOR_PAGES or not (promise() if callable(promise) else promise):
            return None
        if request.method != "GET" or request.META.get("QUERY_STRING") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None
        comfort = Comfort.from_cookie(request.COOKIES.get(COOKIE, "")).to_cookie()
        try:
            version = ReferenceVersion.current()
        except DatabaseError:  # a page that needs no database still answers; the others say themselves what is wrong
            return None
        parts = (version, timezone.localdate(), get_language(), comfort, request.path)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()
        kept = caches["visitor_pages"].get(key)
        if kept is not None:
            return HttpResponse(kept)
        request.visitor_page_key = key
        return None


class OurNotFoundMiddleware:
    """With DEBUG on, show our 404 page in place of Django's list of routes: who tries the site shall see what a reader sees."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Answer; replace Django's own page only."""
        response = self.get_response(request)
        if response.status_code == 404 and b"<title>Page not found at" in response.content[:600]:
            return errors.not_found(request, None)
        return response
