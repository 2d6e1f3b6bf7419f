"""Feeds: what is new in the reference."""

from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from conditions.models.revision import Revision
from forum.feeds import OwnHostFeed


class ReferenceFeed(OwnHostFeed):
    """The 30 texts of the reference that were approved last."""

    link = reverse_lazy("home")

    def title(self):
        """Return the feed's name."""
        return _("%(site)s: new and changed pages") % {"site": settings.SITE_NAME}

    def subtitle(self):
        """Return what the feed holds."""
        return _("Pages of the reference, as they are approved.")

    def items(self):
        """Return the newest texts."""
        return Revision.objects.approved().for_list().order_by("-decided_at", "-pk")[:30]

    def item_title(self, item):
        """Return the page's question or name."""
        return item.title

    def item_description(self, item):
        """Return the short answer."""
        return item.answer

    def item_updateddate(self, item):
        """Return when readers got it."""
        return item.decided_at

    def item_pubdate(self, item):
        """Return when readers got it."""
        return item.decided_at
