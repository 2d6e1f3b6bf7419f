"""A thing in its context, and the page that asks for rule and reason before anything is done with it."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from moderation import rights, subjects
from moderation.admin.base import age, only_moderators
from moderation.deciding import DEEDS, TAKES_AWAY, decide, last_number, possible
from moderation.forms import DecisionForm
from moderation.models.choices import Act
from moderation.models.records import Decision, Report
from moderation.standing import DecidedAlreadyError

MOST = 50  # things in one decision
WORDS = {
    Act.KEEP: (gettext_lazy("Keep: it may stand"), gettext_lazy("It stays as it is, and its reports are answered. Its author is not told.")),
    Act.HIDE: (gettext_lazy("Hide"), gettext_lazy("Nobody but its author and moderators sees it any more. Its author reads rule and reason.")),
    Act.UNHIDE: (gettext_lazy("Show again"), gettext_lazy("Others see it as before. Its author reads the reason.")),
    Act.RELEASE: (gettext_lazy("Release"), gettext_lazy("Others see it from now on. Its author reads the reason.")),
}


def thing_view(request, kind, pk, model_admin):
    """Show a thing in its context: its reports, earlier decisions, and what can be done."""
    only_moderators(request)
    subject = subjects.subjects().get(kind)
    thing = subject.load(pk) if subject and pk < 2**63 else None
    if thing is None:
        raise Http404
    may = rights.may_decide(request.user.member, thing)
    acts = [{"act": act, "words": WORDS[act][0], "help": WORDS[act][1]} for act in possible(thing)] if may else []
    reports = [{"report": report, "age": age(report.created_at)} for report in Report.objects.about(thing).for_queue()]
    context = {
        **_frame(request, model_admin, subject.label),
        "thing": thing,
        "subject": subject,
        "acts": acts,
        "open_reports": [row for row in reports if not row["report"].closed_at],
        "old_reports": [row for row in reports if row["report"].closed_at],
        "decisions": Decision.objects.about(thing).select_related("by"),
    }
    return TemplateResponse(request, "admin/moderation/thing.html", context)


def decide_view(request, model_admin):
    """Ask for rule and reason, then do it with each thing that the address names."""
    only_moderators(request)
    given = request.POST if request.method == "POST" else request.GET
    act = given.get("act", "")
    if act not in DEEDS:
        raise Http404
    things = _things(given.getlist("thing"))
    mine = [row for row in things if rights.may_decide(request.user.member, row["thing"])]
    if not things:
        raise Http404
    if not mine:
        raise PermissionDenied
    seen = int(given["seen"]) if re.fullmatch(r"\d{1,18}", given.get("seen", "")) else last_number()
    form = DecisionForm(request.POST if request.method == "POST" else None, needs_broken_rule=act in TAKES_AWAY)
    if form.is_valid():
        _decide_all(request, mine, act, form.cleaned_data, seen)
        return redirect("admin:moderation_thing", mine[0]["subject"].kind, mine[0]["thing"].pk) if len(mine) == 1 else redirect(_queue())
    context = {
        **_frame(request, model_admin, WORDS[act][0]),
        "act": act,
        "help": WORDS[act][1],
        "form": form,
        "rows": mine,
        "not_mine": len(things) - len(mine),
        "seen": seen,
    }
    return TemplateResponse(request, "admin/moderation/decide.html", context, status=422 if form.is_bound else 200)


def _decide_all(request, rows, act, given, seen):
    """Do it with each thing; say how many were decided, and how many somebody else had decided."""
    done = late = 0
    for row in rows:
        try:
            decide(thing=row["thing"], by=request.user.member, act=act, rule=given["rule"], reason=given["reason"], seen=seen)
            done += 1
        except DecidedAlreadyError:
            late += 1
    if done:
        messages.success(request, ngettext("%(number)d thing was decided.", "%(number)d things were decided.", done) % {"number": done})
    if late:
        words = ngettext(
            "%(number)d thing was decided already, or stands as you want it: nothing was changed.",
            "%(number)d things were decided already, or stand as you want them: nothing was changed.",
            late,
        )
        messages.warning(request, words % {"number": late})


def _things(names):
    """Return the things that an address names, each once, with their subjects; what is gone is left out. One query for each."""
    rows, known = [], subjects.subjects()
    for name in dict.fromkeys(names[:MOST]):
        match = re.fullmatch(r"([a-z-]{1,20})-(\d{1,18})", name)
        subject = known.get(match[1]) if match else None
        thing = subject.load(int(match[2])) if subject else None
        if thing is not None:
            rows.append({"thing": thing, "subject": subject, "name": name})
    return rows


def _frame(request, model_admin, title):
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "title": title,
        "queue": _queue(),
        "held_page": reverse("admin:moderation_held"),
    }


def _queue():
    return reverse("admin:moderation_report_changelist")
