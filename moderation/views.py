"""Reporting, the receipt, and what the author of a thing reads about a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members.limits import counted_as
from moderation import limits, reporting, subjects
from moderation.forms import ReportForm
from moderation.models.choices import Act, Reason
from moderation.models.records import Decision, Report

MOST_LISTED = 100
# What the author of a thing reads first: the title, and what it means.
TITLES = {
    Act.HIDE: (gettext_lazy("Something you wrote was hidden"), gettext_lazy("Others do not see it any more: in no list, no search, no notice.")),
    Act.UNHIDE: (gettext_lazy("Something you wrote is shown again"), gettext_lazy("Others see it as before.")),
    Act.HOLD: (gettext_lazy("Something you wrote waits for a moderator"), gettext_lazy("Until then you see it, and others do not.")),
    Act.RELEASE: (gettext_lazy("Something you wrote is shown now"), gettext_lazy("A moderator has looked at it, and others see it.")),
    Act.LOCK: (gettext_lazy("Your question is closed"), gettext_lazy("All that was written stays, and nobody writes anything more below it.")),
    Act.UNLOCK: (gettext_lazy("Your question is open again"), gettext_lazy("Others can answer and comment as before.")),
    Act.ARCHIVE: (gettext_lazy("Your question is put away"), gettext_lazy("It stays to be read, and nobody writes anything more below it.")),
    Act.UNARCHIVE: (gettext_lazy("Your question is open again"), gettext_lazy("Others can answer and comment as before.")),
    Act.MERGE: (gettext_lazy("Your question was joined with another"), gettext_lazy("Its answers stand there now, and its address leads there.")),
    Act.UNMERGE: (gettext_lazy("Your question stands alone again"), gettext_lazy("Its answers are back below it.")),
    Act.RETAG: (gettext_lazy("Title or tags of your question were mended"), gettext_lazy("What it said before stays in its history.")),
}


@require_safe
def report_about(request):
    """How to report, and whom to write to where no link is to be found."""
    return render(request, "moderation/report_about.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_add(request, kind, pk):
    """Report a thing that this person may see. For visitors, too: the one page beside the settings that has a token for them."""
    subject, thing = _thing(request.user, kind, pk)
    by = request.user.member if request.user.is_authenticated else None
    if by is not None and thing.author_id == by.pk:
        raise PermissionDenied
    asked = request.GET.get("reason", "")
    initial = {"reason": asked} if asked in Reason.values else {}
    form = ReportForm(request.POST if request.method == "POST" else None, by_visitor=by is None, initial=initial)
    if form.is_valid():
        return _taken(request, thing, by, form.cleaned_data)
    context = {"form": form, "subject": subject, "thing": thing, "crumbs": [(_("How to report"), reverse("moderation:report_about"))]}
    return render(request, "moderation/report_add.html", context, status=422 if form.is_bound else 200)


def _thing(user, kind, pk):
    """Return the subject and the thing of an address. Raises Http404 for what this person may not know of."""
    subject = subjects.subjects().get(kind)
    if subject is None or pk >= 2**63:
        raise Http404
    return subject, get_object_or_404(subject.model.objects.visible_to(user).select_related("author__user"), pk=pk)


def _taken(request, thing, by, given):
    """Take a report in and lead to its receipt; what waits already is not counted."""
    who = counted_as(request)
    limits.spend_report(who)
    try:
        report = reporting.report(thing=thing, by=by, **{name: given[name] for name in ("reason", "text", "name", "email") if name in given})
    except reporting.AlreadyReportedError as known:
        limits.refund_report(who)
        if by is not None:
            messages.info(request, _("You have reported this already. It waits for a moderator."))
        return redirect(known.report)
    return redirect(report)


@require_safe
def report_detail(request, public_id):
    """The receipt: that the report has arrived, and whether it was decided. It names nobody, and not what was reported."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("decision", "reporter"), public_id=public_id)
    own = request.user.is_authenticated and report.reporter_id == request.user.member.pk
    context = {"report": report, "crumbs": [(_("Reports you sent"), reverse("moderation:report_list"))] if own else []}
    return render(request, "moderation/report_detail.html", context)


@login_required
@require_safe
def report_list(request):
    """The reports that a member sent, newest first, and what came of them."""
    reports = Report.objects.filter(reporter=request.user.member).select_related("decision", "content_type").order_by("-created_at", "-pk")
    rows = list(reports[:MOST_LISTED])
    labels = {subject.model: subject.label for subject in subjects.subjects().values()}
    for report in rows:
        report.label = labels.get(report.content_type.model_class(), _("Something else"))
    context = {
        "reports": rows,
        "most": MOST_LISTED,
        "crumbs": [(_("My page"), reverse("members:me")), (_("Privacy centre"), reverse("members:privacy"))],
    }
    return render(request, "moderation/report_list.html", context)


@login_required
@require_safe
def decision_detail(request, pk):
    """What was decided about something that this person wrote: what, by which rule, why, whether by a machine, and the ways on."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user), pk=pk)
    subject, thing = _decided(request.user, decision)
    titles = TITLES.get(Act(decision.act), (_("A decision about what you wrote"), str(decision)))
    context = {
        "decision": decision,
        "title": titles[0],
        "what": titles[1],
        "thing": thing,
        "label": subject.label if subject else "",
        "later": Decision.objects.visible_to(request.user).filter(pk__gt=pk, **_same(decision)).order_by("-pk").first(),
        "crumbs": [(_("Notices"), reverse("letters:notice_list"))],
    }
    return render(request, "moderation/decision_detail.html", context)


def _decided(user, decision):
    """Return the subject and the thing that a decision is about, or None for what is gone or not to be opened by this person."""
    model = decision.content_type.model_class()
    subject = next((one for one in subjects.subjects().values() if one.model is model), None)
    if subject is None:
        return None, None
    return subject, subject.model.objects.visible_to(user).select_related("author__user").filter(pk=decision.object_id).first()


def _same(decision):
    return {"content_type": decision.content_type_id, "object_id": decision.object_id}
