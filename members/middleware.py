"""What a signed-in member meets first: the pages of joining, the way out, the second factor."""

from allauth.account.internal.stagekit import get_pending_stage
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members import staff
from members.joining import Answers

# Pages that are the same for everybody and need nobody's data: open in every state, asked for before anything else.
ALWAYS = frozenset(
    "help_now settings privacy guidelines terms about accessibility contact how_we_review patterns "
    "robots security sitemap reference_feed health health_alive dev_mail members:change_undo letters:mail_off".split()
)
PUBLIC = ("conditions", "search", "")  # name spaces of what visitors read, too; "" is home and its neighbours
# Pages that visitors read in name spaces that are for members else.
PUBLIC_PAGES = frozenset(
    "soulmates:how_it_works soulmates:members_report soulmates:map soulmates:map_units "
    "forum:question_list forum:question_unanswered forum:question_active forum:question_helpful forum:tag_list forum:tag_detail "
    "forum:question_detail forum:question_short forum:answer_detail forum:comment_detail "
    "forum:question_history forum:answer_history forum:comment_history forum:picture "
    "forum:feed_newest forum:feed_tag forum:feed_question "
    "moderation:report_about moderation:report_add moderation:report_detail".split()
)
WAY_OUT = frozenset("account_logout account_reauthenticate mfa_reauthenticate mfa_reauthenticate_webauthn account_login".split())
EXPORT = frozenset(("members:export_list", "members:export_download"))
LEAVING = WAY_OUT | EXPORT | {"members:erase_undo"}
# What was decided about them stays open to whoever is suspended.
SUSPENDED = (
    WAY_OUT
    | EXPORT
    | frozenset("members:privacy members:consent_list members:consent_change members:erase moderation:report_list moderation:decision_detail".split())
)
UNFINISHED = EXPORT | {"members:erase"}  # beside the account's own pages: who does not want to join after all
SIGN_UP = frozenset(("account_signup", "account_signup_by_passkey", "socialaccount_signup"))
SECURITY = frozenset(("mfa_index", "members:account_security"))


class StandingMiddleware:
    """Lead whoever is leaving, has not finished joining, is suspended, or lacks a second factor to the page for it.

    Nobody's own page is closed for good: what visitors may read stays open, and so does the way to one's own data. Visitors without a
    session cost nothing here; members no query, for the member came with the account.
    """

    def __init__(self, get_response):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request, view, arguments, named):
        """Answer with the way to another page, or let the page answer."""
        match = request.resolver_match
        if match.view_name in ALWAYS:
            return None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:  # a visitor: their session, if it is asked for, is empty
            return redirect("members:join_start") if match.view_name in SIGN_UP else None
        if not request.user.is_authenticated:
            return _visitor(request, match)
        return _member(request, match)


def _visitor(request, match):
    """Let nobody make an account before the pages of joining are answered; one that waits for its confirmation goes on."""
    if match.view_name not in SIGN_UP:
        return None
    answers, stage = Answers.of(request.session), get_pending_stage(request)
    return None if answers.complete or (stage and stage.login.signup) else _to_joining(answers)


def _member(request, match):
    member, name = request.user.member, match.view_name
    of_account = match.route.startswith("account/")
    public = (match.namespace in PUBLIC or name in PUBLIC_PAGES) and not of_account
    if member.leaving_at:
        return None if public or name in LEAVING else redirect("members:erase_undo")
    if member.joined_at is None:
        answers = Answers.of(request.session)
        if of_account or name in UNFINISHED or (public and answers.too_young):
            return None
        return _to_joining(answers)
    if member.suspended_at:
        return None if public or name in SUSPENDED else _suspended(request)
    if not staff.is_staff(request.user):
        return None
    if of_account:
        wanted = staff.way_back(request) if name in SECURITY else ""
        return redirect(wanted) if wanted else None
    return None if staff.is_ready(request) else staff.lead(request)


def _to_joining(answers):
    return redirect(answers.next_page if answers.any else "members:join_start")


def _suspended(request):
    request.was_suspended = True  # so that what they typed is handed back (oms_community.middleware.TypedTextMiddleware)
    messages.warning(request, _("Your account is suspended. You can still see, take with you, and erase what is kept about you."))
    return redirect("members:privacy")
