"""A question's page, votes, what helped, watching."""

from django.http import Http404


def answer_detail(request, **_named):
    """To come."""
    raise Http404


def comment_detail(request, **_named):
    """To come."""
    raise Http404


def question_vote(request, **_named):
    """To come."""
    raise Http404


def question_same(request, **_named):
    """To come."""
    raise Http404


def answer_vote(request, **_named):
    """To come."""
    raise Http404


def answer_accept(request, **_named):
    """To come."""
    raise Http404


def question_watch(request, **_named):
    """To come."""
    raise Http404


def question_short(request, **_named):
    """To come."""
    raise Http404


def question_detail(request, **_named):
    """To come."""
    raise Http404
