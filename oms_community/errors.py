"""Pages for what went wrong: what happened, what is safe, what to do. Text that a person typed is handed back."""

import errno
import logging
import sys
import traceback
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string

from conditions.reading import near_matches
from members import drafts
from members.accounts import waiting
from oms_community.context import plain

log = logging.getLogger(__name__)

NO_DATABASE = (400, 500, 503)  # these pages come when nothing can be relied on
NOWHERE = {"canonical": "", "section": "", "saved": False}  # an error has no address of its own and no place in the menu
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # the disk is full, or is not written to
READ_ONLY = "25006"  # PostgreSQL's word for a database that takes no writes: Django has no kind of its own for it
MOST_TEXTS, LONGEST_TEXT = 10, 50_000  # fields, characters

# The page when even the page for a broken page is broken.
LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Something went wrong</title>
<h1>Something went wrong here</h1>
<p>This is our mistake, not yours. Please try again in a few minutes. In an emergency call your local emergency number.</p>
<p><a href="/">Home</a></p></html>
"""


def bad_request(request, exception=None):
    """Answer 400: the request makes no sense to us."""
    return render_error(request, 400)


def permission_denied(request, exception=None):
    """Answer 403: this person may not do or see this."""
    return render_error(request, 403, texts=posted_texts(request))


def not_found(request, exception=None):
    """Answer 404, with pages whose address looks like the one asked for, and the text that was meant for what is gone."""
    try:
        near = near_matches(request.path)
    except DatabaseError:
        near = []
    return render_error(request, 404, near=near, texts=posted_texts(request))


def unprocessable(request):
    """Answer 422: something sent cannot be used, and no form can say which."""
    return render_error(request, 422, texts=posted_texts(request))


def too_many_requests(request, retry_after):
    """Answer 429. retry_after: seconds until it is worth trying again. A form with a draft's value is kept as that draft, too."""
    seconds = max(1, int(retry_after))
    is_saving = request.resolver_match and request.resolver_match.view_name == "members:draft_save"  # then saving is what was too much
    draft = None if is_saving else drafts.rescue(request)
    response = render_error(request, 429, minutes=-(-seconds // 60), **_text_of(request, draft))
    response["Retry-After"] = str(seconds)
    return response


def rate_limited(request):
    """Answer 429 where the sign-in library counts."""
    return too_many_requests(request, waiting.seconds_left(request))


def is_unavailable(error) -> bool:
    """Return whether an exception says that nothing can be stored for now: no database, one that takes no writes, a full disk."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == READ_ONLY
    return isinstance(error, OperationalError | InterfaceError) or (isinstance(error, OSError) and error.errno in NO_ROOM)


def server_error(request):
    """Answer 500: our mistake. No database, and no step that can fail. The log gets where it happened, not what the data were.

    503 where nothing can be stored: raised beyond the views, such as by the session, it comes here as well.
    """
    kind, error, frames = sys.exc_info()
    if is_unavailable(error):
        log.error("%s nothing can be stored: %s", getattr(request, "request_id", "-"), kind.__name__)
        return service_unavailable(request)
    if kind:
        where = "".join(traceback.format_tb(frames))
        log.error("%s %s\n%s", getattr(request, "request_id", "-"), kind.__name__, where)
    return render_error(request, 500)


def service_unavailable(request):
    """Answer 503: the database cannot be reached or written to."""
    response = render_error(request, 503, texts=posted_texts(request))
    response["Retry-After"] = "120"
    return response


def csrf_failure(request, reason=""):
    """Answer 403 to a form whose token is missing or old. Its text becomes a draft where the form proves whose it is; else it is handed back."""
    return not_sent(request, drafts.rescue(request))


def not_sent(request, draft):
    """Answer 403 to a form that was not read. draft: what was kept of it, or None."""
    return render_error(request, 403, template="errors/csrf.html", **_text_of(request, draft))


def signed_out(request):
    """Answer 403 to what was sent after the session had ended, with the text to copy; None where there is no text in it. Nothing is kept."""
    texts = posted_texts(request)
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    return render_error(request, 403, template="errors/signed_out.html", texts=texts, sign_in=sign_in) if texts else None


def suspended(request):
    """Answer 403 to what a suspended member sent, with their text to copy; None where there is no text in it."""
    texts = posted_texts(request)
    return render_error(request, 403, template="errors/suspended.html", texts=texts) if texts else None


def _text_of(request, draft):
    """Return the context about a text: kept (whose it is, where it waits), or handed back."""
    if draft is None:
        return {"texts": posted_texts(request)}
    user = getattr(request, "user", None)
    here = user is not None and user.is_authenticated
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': draft.address})}"
    return {"draft": draft, "signed_out": not here, "someone_else": here and user.member.pk != draft.member_id, "sign_in": sign_in}


def render_error(request, status, *, template="", **context):
    """Return the page of a status, `errors/<status>.html` unless another template is named."""
    template = template or f"errors/{status}.html"
    context = {"request_id": getattr(request, "request_id", ""), "status": status, **NOWHERE, **context}
    if status not in NO_DATABASE:
        return render(request, template, context, status=status)
    try:
        return HttpResponse(render_to_string(template, {**plain(request), **context}), status=status)
    except Exception:
        log.exception("%s the page for status %d is broken", context["request_id"], status)  # the formatter leaves out what it says
        return HttpResponse(LAST_RESORT, status=status)


def posted_texts(request) -> list[str]:
    """Return what a person typed into the form they sent, to be shown to them again.

    A short single word is left out: it is a choice of a list, a number or quickly typed again. So are passwords and tokens.
    """
    try:
        fields = list(request.POST.lists())
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []
    texts = [value.strip()[:LONGEST_TEXT] for name, values in fields if not drafts.is_hidden(name) for value in values]
    return [text for text in texts if len(text) > 30 or " " in text or "\n" in text][:MOST_TEXTS]
