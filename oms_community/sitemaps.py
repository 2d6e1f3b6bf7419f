"""The sitemap: everything a visitor may read."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as render_sitemap
from django.urls import reverse
from django.views.decorators.http import require_safe

from conditions.models.condition import Condition
from conditions.models.revision import Revision
from forum.models.question import Question
from soulmates.models.report import ReportSnapshot

PAGES = (
    "home",
    "help_now",
    "how_we_review",
    "about",
    "privacy",
    "accessibility",
    "guidelines",
    "terms",
    "contact",
    "moderation:report_about",
    "soulmates:how_it_works",
    "soulmates:map",
    "forum:question_list",
    "forum:question_unanswered",
    "forum:tag_list",
)


class _Site:
    """The host that addresses carry: the setting's, whatever host the request named."""

    def __init__(self):
        scheme, _colon, rest = settings.SITE_URL.partition("://")
        self.scheme, self.domain = scheme, rest


class _OurSitemap(Sitemap):
    @property
    def protocol(self):
        return _Site().scheme

    def get_urls(self, page=1, site=None, protocol=None):
        return super().get_urls(page=page, site=_Site(), protocol=None)


class SitePages(_OurSitemap):
    """The site's own pages."""

    def items(self):
        """Return the names of the addresses."""
        return PAGES

    def location(self, item):
        """Return an address."""
        return reverse(item)


class ReferencePages(_OurSitemap):
    """Texts that readers see."""

    def items(self):
        """Return the approved revisions."""
        return Revision.objects.approved().for_list().order_by("pk")

    def lastmod(self, item):
        """Return when a text was last checked."""
        return item.compiled_on


class ReferenceLists(_OurSitemap):
    """The lists of sources and words."""

    def items(self):
        """Return pairs of route and condition."""
        return [(route, slug) for slug in Condition.objects.values_list("slug", flat=True) for route in ("source_list", "glossary_list")]

    def location(self, item):
        """Return an address."""
        return reverse(f"conditions:{item[0]}", args=[item[1]])


class MembersReports(_OurSitemap):
    """What members report, once there is something to read."""

    def items(self):
        """Return the published snapshots; there is one for a condition at most."""
        return ReportSnapshot.objects.published().select_related("condition")

    def location(self, item):
        """Return an address."""
        return reverse("soulmates:members_report", args=[item.condition.slug])

    def lastmod(self, item):
        """Return when it was counted."""
        return item.made_at


class SolvedQuestions(_OurSitemap):
    """Questions that everybody may read and that somebody's answer helped with: the others ask search engines to leave them out."""

    limit = 5_000

    def items(self):
        """Return the questions."""
        return Question.objects.public().standing().filter(is_solved=True).only("title", "active_at").order_by("pk")

    def lastmod(self, item):
        """Return when something was last written."""
        return item.active_at


SITEMAPS = {"pages": SitePages, "reference": ReferencePages, "lists": ReferenceLists, "reports": MembersReports, "questions": SolvedQuestions}


@require_safe
def sitemap(request):
    """Answer /sitemap.xml."""
    return render_sitemap(request, sitemaps=SITEMAPS)
