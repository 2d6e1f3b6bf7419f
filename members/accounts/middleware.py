"""What the pages of the sign-in library need from outside: our own site in their context, and when a session was last seen."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sites.requests import RequestSite
from django.core.cache import cache
from django.utils import timezone

PROVIDER_PAGES = frozenset(f"{name}_login" for name in settings.SIGN_IN_PROVIDERS)
SEEN_EVERY = 60 * 60  # seconds: often enough to recognise a session, too seldom to follow anybody


class SignInMiddleware:
    """Keep our `site` in the templates, note once an hour that a session is in use, and let other services be reached."""

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on; let the one page that leads to another service send its form on to there."""
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.view_name in PROVIDER_PAGES:
            response._csp_update = {"form-action": ["https:"]}  # browsers hold the answer to a form, a redirect, to the policy, too
        return response

    def process_view(self, request, view, arguments, named):
        """Note that the session is in use. No query in the first hour after a sign-in, then one an hour."""
        methods = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) if request.COOKIES else None
        if methods and time.time() - methods[-1]["at"] > SEEN_EVERY and request.user.is_authenticated:
            key = request.session.session_key
            if cache.add(f"session-seen:{key}", 1, SEEN_EVERY):
                UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())

    def process_template_response(self, request, response):
        """Take out the library's own `site`, which would stand in the place of ours on the whole page."""
        if isinstance((response.context_data or {}).get("site"), RequestSite):
            del response.context_data["site"]
        return response
