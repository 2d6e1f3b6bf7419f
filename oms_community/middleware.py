"""What every request meets: an id, honest cache headers, a page when the database is down, a log line without addresses."""

import hashlib
import logging
import secrets
import time
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext

from conditions.models.version import ReferenceVersion
from members import drafts
from members.limits import Limit, LimitReached, counted_as, spend
from oms_community import errors
from oms_community.comfort import COOKIE, Comfort

log = logging.getLogger("oms_community.requests")

SEARCHES = Limit("searches", 30, 60)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")  # another word may be anybody's text
COOKIES_OF_ONE = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}  # whoever carries one gets a page made for them


class RequestIdMiddleware:
    """Give each request an id, and write one line about it: id, route, status, time, random id of the member. No address, query or body."""

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
            level,
            "%s %s %s %d %.0fms %s",
            request.request_id,
            request.method if request.method in METHODS else "?",
            route,
            response.status_code,
            took,
            _member_id(request),
        )
        response["X-Request-Id"] = request.request_id
        return response


def _member_id(request) -> str:
    """Return the random id of the member, if the page has asked who it is anyway; no query for a log line."""
    user = getattr(request, "_cached_user", None)
    member = user._state.fields_cache.get("member") if user and user.is_authenticated else None
    return member.public_id if member else "-"


class ServiceUnavailableMiddleware:
    """Answer 503 with a page that needs no database when the database cannot be reached or written to, or the disk is full."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Turn a lost database or a full disk into the 503 page; every other exception goes its way."""
        if errors.is_unavailable(exception):
            log.error("%s nothing can be stored: %s", getattr(request, "request_id", "-"), type(exception).__name__, exc_info=settings.DEBUG)
            return errors.service_unavailable(request)
        return None


class LimitsMiddleware:
    """Answer 429 to what comes too often. Searches are counted here, since the search itself knows nobody."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request, view, arguments, named):
        """Count a search; the page with the empty box is free."""
        if request.resolver_match.view_name == "search:result_list" and "q" in request.GET:
            try:
                spend(SEARCHES, counted_as(request))
            except LimitReached as reached:
                return errors.too_many_requests(request, reached.retry_after)
        return None

    def process_exception(self, request, exception):
        """Turn a limit that a page has met into the page about it; every other exception goes its way."""
        return errors.too_many_requests(request, exception.retry_after) if isinstance(exception, LimitReached) else None


class TypedTextMiddleware:
    """Keep the text of a form that is led elsewhere instead of being read: the session has ended, or asks for the password again.

    To whoever was suspended meanwhile it is handed back: their drafts are not open to them. So it is where the form does not prove whose it is.
    """

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Answer; say "your text is saved" in place of a bare sign-in page, or before the question for the password."""
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        if getattr(request, "was_suspended", False):
            return errors.suspended(request) or response
        if not _asks_who(response.url):
            return response
        draft = drafts.rescue(request)
        if draft is None:
            # Only the way back here says that a form was not read: the sign-in's own pages lead to one another, too.
            was_sent_here = parse_qs(urlsplit(response.url).query).get(REDIRECT_FIELD_NAME) == [request.get_full_path()]
            handed_back = errors.signed_out(request) if was_sent_here and not request.user.is_authenticated else None
            return handed_back or response
        if not request.user.is_authenticated:
            return errors.not_sent(request, draft)
        messages.info(request, gettext("Your text is saved in your drafts."))
        return response


def _asks_who(address: str) -> bool:
    """Return whether an address is a page that asks who somebody is."""
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return False
    return name in (settings.LOGIN_URL, "admin:login") or name.startswith("mfa_") or "reauthenticate" in name


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


KEPT_FOR = 3600  # seconds: out of reach with the next version, a page of before shall not lie about for long in a process that erased nobody


class VisitorPagesMiddleware:
    """Keep visitors' pages of the reference, each under the version of the reference it was made from, and of what members add to it.

    The versions are asked for at every request (one query each), so that no process shows a page older than the last commit. Whoever has
    a session gets every page made anew, and so does an address with a query. docs/decisions/0005 and 0009 say why.
    """

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on; keep the answer if `process_view` said under which key."""
        response = self.get_response(request)
        key = getattr(request, "visitor_page_key", None)
        if key and response.status_code == 200 and not response.streaming and not response.cookies:
            caches["visitor_pages"].set(key, response.content, KEPT_FOR)
        return response

    def process_view(self, request, view, arguments, named):
        """Answer with a kept page, or note the key under which this one may be kept."""
        more_versions = getattr(view, "same_for_all_visitors", None)
        if not settings.KEEP_VISITOR_PAGES or more_versions is None:
            return None
        if request.method != "GET" or request.META.get("QUERY_STRING") or COOKIES_OF_ONE & set(request.COOKIES):
            return None
        comfort = Comfort.from_cookie(request.COOKIES.get(COOKIE, "")).to_cookie()
        try:
            more = more_versions()
            version = ReferenceVersion.current() if more is not None else 0
        except DatabaseError:  # a page that needs no database still answers; the others say themselves what is wrong
            return None
        if more is None:
            return None
        parts = (version, more, timezone.localdate(), get_language(), comfort, request.path)
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
