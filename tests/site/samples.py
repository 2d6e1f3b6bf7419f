"""Every template with its longest page: a name and an address for each, read from the loaded reference."""

from datetime import timedelta

from django.db.models import Count, F, Value
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone

from conditions.actions.texts import record_review
from conditions.models.condition import Condition
from conditions.models.library import HelpNumber
from conditions.models.revision import Revision

FAULTS = {
    "bad request": "400",
    "forbidden": "403",
    "unprocessable": "422",
    "too fast": "429",
    "our mistake": "500",
    "no database": "503",
    "stale form": "csrf",
}
PROSE = ("how_we_review", "about", "privacy", "accessibility", "guidelines", "terms", "contact")
INDEXES = ("symptoms", "treatments", "organisations", "icd-codes", "synonyms")


def condition() -> Condition:
    """Return the condition that the site speaks of."""
    return Condition.objects.first()


def by_length(kind: str):
    """Return readers' texts of a kind, the longest first; topics with a list below them and the overview left out."""
    found = Revision.objects.approved().filter(**{f"{kind}__isnull": False}).for_page()
    if kind == "topic":
        found = found.exclude(topic__slug__in=(*INDEXES, "overview"))
    size = Length("body_html") + Length("short_answer_html") + Length("red_flags_html") + Length("unknown_html")
    return found.annotate(size=size, rows=Count("evidence") * Value(400)).order_by(-(F("size") + F("rows")), "pk")


def mark_states() -> dict[str, str]:
    """Let a clinician have reviewed one page, and another be overdue: states that the files do not have yet. Return their addresses."""
    reviewed, overdue = by_length("treatment")[1], by_length("symptom")[1]
    today = timezone.localdate()
    record_review(
        revision=reviewed,
        reviewer_name="Ada Example",
        reviewer_role="paediatric neurologist, Example Hospital",
        reviewed_on=today - timedelta(days=20),
        review_due_on=today + timedelta(days=300),
    )
    record_review(revision=overdue, reviewer_name="", reviewer_role="", reviewed_on=None, review_due_on=today - timedelta(days=3))
    return {"reviewed page": reviewed.get_absolute_url(), "overdue page": overdue.get_absolute_url()}


def samples() -> dict[str, str]:
    """Return the address of each sample, by its name."""
    slug = condition().slug
    country = HelpNumber.objects.values("country").annotate(count=Count("pk")).order_by("-count", "country")[0]["country"]
    search = reverse("search:result_list")
    return {
        "home": reverse("home"),
        "overview": reverse("conditions:condition_detail", args=[slug]),
        **{index: reverse("conditions:topic_detail", args=[slug, index]) for index in INDEXES},
        **{kind: by_length(kind)[0].get_absolute_url() for kind in ("topic", "symptom", "treatment")},
        "sources": reverse("conditions:source_list", args=[slug]),
        "glossary": reverse("conditions:glossary_list", args=[slug]),
        "help now": reverse("help_now"),
        "help in a country": f"{reverse('help_now')}?country={country}",
        "help elsewhere": f"{reverse('help_now')}?country=-",
        **{name.replace("_", " "): reverse(name) for name in PROSE},
        "settings": reverse("settings"),
        "saved": f"{reverse('about')}?saved=1",
        "search": search,
        "results": f"{search}?q=sleep",
        "more results": f"{search}?q=sleep&after=20",
        "results of a kind": f"{search}?q=sleep&kind=glossary",
        "some words only": f"{search}?q=sleep+xylophone",
        "nothing found": f"{search}?q=opsoclnous",
        "nothing like it": f"{search}?q=xxyyzzqq",
        "too common": f"{search}?q=the+of",
        "not found": "/not/a/page-of-ours/",
        "nearly found": f"/{slug}/heridatary/",
        **{name: f"/_/{fault}/" for name, fault in FAULTS.items()},
        "development mail": "/dev-mail/",  # as the pattern page
        "patterns": "/patterns/",  # only with DEBUG, and in the addresses of tests
    }
