"""Feeds of what everybody may read. Whoever wrote without a name, or is not here any more, is named in none."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from forum import lists
from forum.models.answer import Answer
from forum.models.question import Question
from forum.rendering import EXCERPT
from prose import markdown

NUMBER = 30


class OwnHostFeed(Feed):
    """An Atom feed whose addresses carry the site's own host, whatever host the request named."""

    feed_type = Atom1Feed

    def get_feed(self, obj, request):
        """Write the addresses anew."""
        feed = super().get_feed(obj, request)
        theirs = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
        for part in (feed.feed, *feed.items):
            for name in ("link", "feed_url", "id", "unique_id"):
                if part.get(name):
                    part[name] = part[name].replace(theirs, settings.SITE_URL, 1)
        return feed


class _Posts(OwnHostFeed):
    """Posts with their first words."""

    def item_title(self, item):
        """Return the question."""
        return item.title

    def item_description(self, item):
        """Return the first words."""
        return item.excerpt

    def item_author_name(self, item):
        """Return the name it was written under, if there is one to be shown."""
        return item.named_author.pseudonym if item.named_author else None

    def item_pubdate(self, item):
        """Return when it was written."""
        return item.created_at

    def item_updateddate(self, item):
        """Return when its words were last changed."""
        return item.edited_at or item.created_at


def _public():
    return Question.objects.public().standing().select_related("author__user").defer("body", "body_html")


class NewestQuestions(_Posts):
    """The newest questions."""

    link = reverse_lazy("forum:question_list")

    def title(self):
        """Return the feed's name."""
        return _("%(site)s: new questions") % {"site": settings.SITE_NAME}

    def subtitle(self):
        """Return what the feed holds."""
        return _("Written by members, not reviewed.")

    def items(self):
        """Return the newest questions that everybody may read."""
        return _public().order_by("-created_at", "-pk")[:NUMBER]


class TaggedQuestions(_Posts):
    """The newest questions about one thing."""

    def get_object(self, request, kind, condition, slug):
        """Return the tag."""
        tag = lists.tag_of(kind, condition, slug)
        if tag is None:
            raise Http404
        return tag

    def link(self, tag):
        """Return where the list stands."""
        return tag.get_absolute_url()

    def title(self, tag):
        """Return the feed's name."""
        return _("%(site)s: questions about “%(name)s”") % {"site": settings.SITE_NAME, "name": tag.name}

    def subtitle(self):
        """Return what the feed holds."""
        return _("Written by members, not reviewed.")

    def items(self, tag):
        """Return the newest of them that everybody may read."""
        return _public().about(tag).order_by("-tag_links__created_at", "-pk")[:NUMBER] if tag.pk else []


class AnswersToAQuestion(_Posts):
    """The newest answers to one question."""

    def get_object(self, request, pk):
        """Return the question, if everybody may read it."""
        return get_object_or_404(_public(), pk=pk)

    def link(self, question):
        """Return where the question stands."""
        return question.get_absolute_url()

    def title(self, question):
        """Return the question."""
        return question.title

    def subtitle(self):
        """Return what the feed holds."""
        return _("Answers written by members, not reviewed.")

    def items(self, question):
        """Return the newest answers that everybody may read."""
        answers = Answer.objects.public().filter(question=question).select_related("author__user", "question")
        return answers.order_by("-created_at", "-pk")[:NUMBER]

    def item_title(self, answer):
        """Return what it answers."""
        return _("Answer to: %(question)s") % {"question": answer.question.title}

    def item_description(self, answer):
        """Return the first words."""
        return markdown.excerpt(answer.body_html, EXCERPT)
