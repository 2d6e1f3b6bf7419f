"""The site's own pages: home, help, how we review, and what a site owes its readers."""

import re

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError
from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_info, gettext
from django.views.decorators.http import require_safe
from django_countries import countries

from conditions.models.condition import Condition
from conditions.models.library import HelpNumber
from conditions.models.pages import ConditionSymptom
from conditions.models.revision import EvidenceRow, Revision
from conditions.views import same_for_all_visitors
from oms_community.comfort import COOKIE
from oms_community.context import first_condition
from oms_community.patterns import PatternForm
from prose.markdown import plain_text

# Topics that the home page points at; those that are not written are left out.
FIRST_DAYS = ("newly-diagnosed", "first-48-hours")
EVERY_DAY = "living-with-it"  # key of a reading path
ASKED = ("symptoms", "treatments", "causes", "life-expectancy", "hereditary", "relapse")
RED_FLAGS = "when-to-seek-help"

EUROPEAN_UNION = "EU"
_CITE = re.compile(r'<a class="cite[^"]*"[^>]*>.*?</a>')


@same_for_all_visitors
@require_safe
def home(request):
    """Show what the site is about, where to begin, and what people often ask."""
    condition = first_condition()
    every_day = _path_topics(condition, EVERY_DAY)
    pages = Revision.objects.visible_to(request.user).for_list().prefetch_related("citations")
    texts = _readers_texts(pages, condition, [*FIRST_DAYS, *every_day, *ASKED])
    context = {
        "condition": condition,
        "first_days": _first_of(texts, FIRST_DAYS),
        "symptoms": texts.get("symptoms"),
        "every_day": _first_of(texts, every_day),
        "asked": [_card(texts[slug]) for slug in ASKED if slug in texts],
    }
    return render(request, "pages/home.html", context)


@same_for_all_visitors
@require_safe
def help_now(request):
    """Show when to call at once, and the numbers by country. It answers without a database, too."""
    try:
        condition = first_condition()
        flags = _readers_texts(Revision.objects.visible_to(request.user).for_page(), condition, [RED_FLAGS]).get(RED_FLAGS)
        by_country = _numbers_by_country()
    except DatabaseError:
        condition, flags, by_country = None, None, {}
        request.visitor_page_key = None  # the page is not whole: it must not be kept
    places = sorted(((code, country_name(code)) for code in by_country), key=lambda place: place[1])
    chosen = request.GET.get("country", "")[:2].upper()
    context = {
        "condition": condition,
        "flags": flags,
        "flags_html": _with_addresses(flags) if flags else "",
        "places": places,
        "chosen": chosen,
        "chosen_name": dict(places).get(chosen, ""),
        "numbers": by_country.get(chosen, []),
        "emergency": [(name, [one for one in by_country[code] if one.kind == HelpNumber.Kind.EMERGENCY]) for code, name in places],
        "today": timezone.localdate(),
    }
    return render(request, "pages/help_now.html", context)


@same_for_all_visitors
@require_safe
def how_we_review(request):
    """Say how the reference is made, and count how far the review is."""
    today = timezone.localdate()
    counts = Revision.objects.approved().aggregate(
        total=Count("pk"), reviewed=Count("pk", filter=Q(reviewed_on__isnull=False)), overdue=Count("pk", filter=Q(review_due_on__lt=today))
    )
    context = {
        "counts": counts,
        "condition": first_condition(),
        "frequencies": [(frequency.label, *ConditionSymptom.RANGES[frequency]) for frequency in ConditionSymptom.Frequency],
        "confidences": EvidenceRow.Confidence.labels,
    }
    return render(request, "pages/how_we_review.html", context)


@same_for_all_visitors
@require_safe
def about(request):
    """Say what this site is, and for whom."""
    return render(request, "pages/about.html")


@same_for_all_visitors
@require_safe
def privacy(request):
    """Say what is kept about whom; the names of the cookies are the real ones."""
    context = {
        "comfort_cookie": COOKIE,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "messages_cookie": CookieStorage.cookie_name,
        "session_days": settings.SESSION_COOKIE_AGE // 86_400,
    }
    return render(request, "pages/privacy.html", context)


@same_for_all_visitors
@require_safe
def accessibility(request):
    """Say what works for whom, how it was tried, and what does not work yet."""
    return render(request, "pages/accessibility.html")


@same_for_all_visitors
@require_safe
def guidelines(request):
    """Say how the community will treat one another."""
    return render(request, "pages/guidelines.html")


@same_for_all_visitors
@require_safe
def terms(request):
    """Say what may be expected of the site, and what may not."""
    return render(request, "pages/terms.html")


@same_for_all_visitors
@require_safe
def contact(request):
    """Say whom to write to, about what."""
    return render(request, "pages/contact.html")


@require_safe
def patterns(request):
    """Show every component in its states, for those who build the site (DEBUG only)."""
    form = PatternForm({"year": "20222", "words": "It", "role": "nobody"})
    return render(request, "pages/patterns.html", {"form": form, "plain_form": PatternForm(auto_id="plain_%s")})


def country_name(code: str) -> str:
    """Return a country's name in the reader's language; the European Union is one of ours."""
    return gettext("European Union") if code == EUROPEAN_UNION else countries.name(code) or code


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; the code itself where Django knows none."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _numbers_by_country() -> dict[str, list[HelpNumber]]:
    """Return the help numbers, those for an emergency first. One query."""
    by_country: dict[str, list[HelpNumber]] = {}
    for number in sorted(HelpNumber.objects.all(), key=lambda number: (HelpNumber.Kind.values.index(number.kind), number.name)):
        number.spoken = ", ".join(language_name(code) for code in number.languages)
        by_country.setdefault(number.country, []).append(number)
    return by_country


def _readers_texts(pages, condition: Condition | None, slugs: list[str]) -> dict[str, Revision]:
    """Return texts of topics by address, in the reader's language, else in the condition's. pages: a QuerySet of revisions."""
    if condition is None:
        return {}
    found = pages.filter(topic__condition=condition, topic__slug__in=slugs)
    wanted = (condition.language, get_language())  # the later one wins
    ranked = sorted(found, key=lambda revision: wanted.index(revision.language) if revision.language in wanted else -1)
    return {revision.topic.slug: revision for revision in ranked}


def _path_topics(condition: Condition | None, key: str) -> list[str]:
    return next((path["topics"] for path in condition.paths if path["key"] == key), []) if condition else []


def _first_of(texts: dict[str, Revision], slugs) -> Revision | None:
    return next((texts[slug] for slug in slugs if slug in texts), None)


def _card(revision: Revision) -> dict:
    """Return what a card shows."""
    return {"text": revision, "words": _first_sentences(revision.short_answer_html), "sources": len(revision.citations.all())}


def _first_sentences(safe_html: str, length: int = 160) -> str:
    """Return the whole sentences that fit, at least one; citation marks are no words."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", plain_text(_CITE.sub("", safe_html)))
    fitting = sentences[0]
    for sentence in sentences[1:]:
        if len(fitting) + len(sentence) >= length:
            break
        fitting += f" {sentence}"
    return Truncator(fitting).chars(length + 80)


def _with_addresses(revision: Revision) -> str:
    """Return a warning with its citation marks leading to the page that has the sources; stored HTML, so it stays safe."""
    html = re.sub(r'(<a class="cite[^"]*") id="[^"]*"', r"\1", revision.red_flags_html)
    html = html.replace('href="#', f'href="{revision.get_absolute_url()}#')
    return html.replace(f'href="{reverse("help_now")}"', 'href="#low"')  # the reader is here already
