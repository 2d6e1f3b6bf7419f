"""Lists of questions."""

from django.http import Http404


def question_list(request, **_named):
    """To come."""
    raise Http404


def question_unanswered(request, **_named):
    """To come."""
    raise Http404


def question_active(request, **_named):
    """To come."""
    raise Http404


def question_helpful(request, **_named):
    """To come."""
    raise Http404


def question_for_me(request, **_named):
    """To come."""
    raise Http404


def question_mine(request, **_named):
    """To come."""
    raise Http404


def tag_list(request, **_named):
    """To come."""
    raise Http404


def tag_detail(request, **_named):
    """To come."""
    raise Http404


def tag_watch(request, **_named):
    """To come."""
    raise Http404


def by_member(request, **_named):
    """To come."""
    raise Http404


def feed_newest(request, **_named):
    """To come."""
    raise Http404


def feed_tag(request, **_named):
    """To come."""
    raise Http404


def feed_question(request, **_named):
    """To come."""
    raise Http404
