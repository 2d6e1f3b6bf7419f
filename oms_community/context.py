"""What every template may use: the site's name and operator, the reader's comfort, where on the site the page stands."""

from django.conf import settings
from django.db import DatabaseError
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from conditions.models.condition import Condition
from letters.models import Notice
from members.models.user import User
from oms_community.comfort import COOKIE, Comfort

# Which entry of the main menu a route belongs to; a topic with an entry of its own goes by its address.
SECTIONS = {
    "conditions:symptom_detail": "symptoms",
    "conditions:treatment_detail": "treatments",
    "conditions:condition_detail": "about",
    "conditions:source_list": "about",
    "conditions:glossary_list": "about",
    "search:result_list": "search",
    "help_now": "help",
    "account_login": "sign-in",
}
INDEXES = ("symptoms", "treatments", "organisations")
# The pages that the main menu leads to: what else is in their section stands below them.
ENTRIES = {"conditions:condition_detail", "forum:question_list", "soulmates:match_list", "soulmates:how_it_works", "soulmates:map"}
# Pages of soulmates that belong to another entry than "soulmates".
ON_THE_MAP = ("map", "place_detail", "nearby", "location_edit")
OF_RECORDS = ("symptom_home", "symptom_history", "symptom_summary", "kept_out")


def site(request):
    """Return the context of every page. No query unless a template asks for `home_condition`."""
    return {
        **plain(request),
        "home_condition": SimpleLazyObject(lambda: home_condition(request)),
        "unread_notices": SimpleLazyObject(lambda: unread_notices(request)),
        "demonstration": SimpleLazyObject(demonstration),
    }


def plain(request):
    """Return what needs no database: error pages use it when nothing can be relied on."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "operator_name": settings.OPERATOR_NAME,
            "operator_address": settings.OPERATOR_ADDRESS,
            "operator_email": settings.OPERATOR_EMAIL,
            "security_email": settings.SECURITY_EMAIL,
        },
        "comfort": Comfort.from_cookie(request.COOKIES.get(COOKIE, "")),
        # Not request.GET: it raises for a query of too many parts, and this runs on the error page for that, too.
        "saved": "saved=1" in request.META.get("QUERY_STRING", "").split("&"),
        "canonical": settings.SITE_URL + escape_uri_path(request.path),
        "page_language": get_language() or settings.LANGUAGE_CODE,
        "page_direction": "rtl" if get_language_bidi() else "ltr",
        "section": section(request),
        "is_entry": is_entry(request),
        "home_condition": None,
        "development_mail": settings.DEBUG,  # mail goes into files that a page shows
    }


def section(request) -> str:
    """Return the entry of the main menu that a page belongs to, or an empty string."""
    match = request.resolver_match
    if match is None:
        return ""
    if match.view_name.startswith("members:join") or match.view_name == "account_signup":
        return "join"
    if match.view_name.startswith("members:") and match.view_name != "members:member_detail":
        return "me"
    if match.view_name.startswith("letters:notice"):
        return "notices"
    if match.namespace == "forum":
        return "questions"
    if match.namespace == "soulmates":
        return _section_of_soulmates(match.url_name)
    if match.view_name == "conditions:topic_detail":
        slug = match.kwargs.get("slug", "")
        return slug if slug in INDEXES else "about"
    return SECTIONS.get(match.view_name, "")


def is_entry(request) -> bool:
    """Return whether a page is the one that its entry of the main menu leads to."""
    match = request.resolver_match
    if match is None:
        return False
    if match.view_name == "conditions:topic_detail":
        return match.kwargs.get("slug", "") in INDEXES
    if match.view_name == "soulmates:how_it_works":
        return settings.SESSION_COOKIE_NAME not in request.COOKIES  # members are led to their matches; the database may be out of reach here
    return match.view_name in ENTRIES


def _section_of_soulmates(name: str) -> str:
    if name in ON_THE_MAP:
        return "map"
    if name in OF_RECORDS or name.startswith("check_in"):
        return "me"
    return "symptoms" if name == "members_report" else "soulmates"


def unread_notices(request) -> int:
    """Return how many notices the signed-in member has not read; 0 for a visitor. One query, for members only."""
    if not request.user.is_authenticated:
        return 0
    return Notice.objects.unread(request.user.member).count()


def demonstration() -> bool:
    """Return whether generated people live here: then every page says so. Asked in DEBUG only; elsewhere none are let in."""
    try:
        return settings.DEBUG and User.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return False


def first_condition() -> Condition | None:
    """Return the condition that the home page speaks of, or None when there is none."""
    return Condition.objects.order_by("order", "slug").first()


def home_condition(request) -> Condition | None:
    """Return the first condition for header and footer: None also when the database cannot say."""
    try:
        return first_condition()
    except DatabaseError:
        request.visitor_page_key = None  # a page without its menu must not be kept
        return None
