"""Notices, read and opened; e-mails about them, switched on and off."""

import re
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letters import actions, notice_mail, targets
from letters.forms import EmailsForm
from letters.models import Notice
from members import consents
from members.models.consent import Purpose

PER_PAGE = 20
CLEANINGS = 5  # how often a page is read again after notices went from it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@login_required
@require_safe
def notice_list(request):
    """List what happened, by day, newest first. What leads to nothing that this person may see is gone for good."""
    before = _key(request.GET.get("before", ""))
    notices, more = _page(request.user, before)
    today = timezone.localdate()
    context = {
        "crumbs": _crumbs(),
        "days": [(day, list(rows)) for day, rows in groupby(notices, lambda notice: timezone.localdate(notice.created_at))],
        "today": today,
        "yesterday": today - timedelta(days=1),
        "until": _micros(timezone.now()),
        "older": f"{_micros(notices[-1].created_at)}-{notices[-1].pk}" if more else "",
        "first_page": before is None,
        "emails": consents.holds(request.user.member, Purpose.EMAILS),
    }
    return render(request, "letters/notice_list.html", context)


@login_required
@require_POST
def notices_read(request):
    """Mark one notice as read, or all that were on the page when it was shown."""
    one = re.fullmatch(r"\d{1,18}", request.POST.get("notice", ""))
    until = re.fullmatch(r"\d{1,16}", request.POST.get("until", ""))
    seen = EPOCH + timedelta(microseconds=int(until[0])) if until else None
    count = actions.mark_read(member=request.user.member, notice=int(one[0]) if one else None, until=seen)
    if count:
        messages.success(request, ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count) % {"count": count})
    else:
        messages.info(request, _("There was nothing left to mark as read."))
    return redirect("letters:notice_list")


@login_required
@require_safe
def notice_open(request, pk):
    """Lead to what a notice is about, and mark it as read: the one thing here that a link may change, and only for who is signed in."""
    notice = get_object_or_404(Notice.objects.for_list(request.user.member), pk=pk)
    target = targets.visible([notice], request.user).get(pk)
    if target is None or notice.cut_off:
        notice.delete()
        messages.info(request, _("What this notice was about is not there any more. The notice is gone, too."))
        return redirect("letters:notice_list")
    if request.method == "GET":
        actions.mark_read(member=request.user.member, notice=pk)
    return redirect(targets.address(target))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request):
    """Switch e-mails about notices on, by the words of the consent, or off, by one press."""
    member = request.user.member
    if "off" in request.POST:
        consents.withdraw(member=member, purpose=Purpose.EMAILS)
        messages.success(request, _("E-mails about notices are off. You can switch them on again at any time."))
        return redirect("letters:notice_settings")
    form = EmailsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        consents.give(member=member, purpose=Purpose.EMAILS, form="notices")
        messages.success(request, _("E-mails about notices are on. One press ends them."))
        return redirect("letters:notice_settings")
    version = consents.standing(member).get(Purpose.EMAILS)
    context = {
        "crumbs": [*_crumbs(), (_("Notices"), reverse("letters:notice_list"))],
        "form": form,
        "emails": version == consents.TEXTS[Purpose.EMAILS].version,
        "paused": version is not None and version != consents.TEXTS[Purpose.EMAILS].version,
    }
    return render(request, "letters/notice_settings.html", context, status=422 if form.is_bound else 200)


# The token is what the press is trusted for: mail programs press it too, without cookies, and must not be redirected (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request, token):
    """End e-mails about notices by the link in one, without signing in: opening it shows a button and changes nothing."""
    consent = notice_mail.consent_of(token)
    if consent is not None and consent.withdrawn_at is None and request.method == "POST":
        consents.withdraw(member=consent.member, purpose=Purpose.EMAILS)
        consent.refresh_from_db()
    context = {"known": consent is not None, "off": consent is not None and consent.withdrawn_at is not None}
    return render(request, "letters/mail_off.html", context, status=200 if consent else 404)


def _page(user, before) -> tuple[list[Notice], bool]:
    """Return a page of notices that lead somewhere, and whether older ones follow. Those that lead nowhere any more are deleted on the way."""
    for _cleaning in range(CLEANINGS):
        found = list(Notice.objects.for_list(user.member).before(before)[: PER_PAGE + 1])
        visible = targets.visible(found, user)
        shown = [notice for notice in found if notice.pk in visible and not notice.cut_off]
        if len(shown) == len(found):
            break
        Notice.objects.filter(pk__in={notice.pk for notice in found} - {notice.pk for notice in shown}).delete()
    return shown[:PER_PAGE], len(shown) > PER_PAGE


def _key(text: str) -> tuple[datetime, int] | None:
    """Return the row that an address names as the last one seen; None for the top, and for whatever is no row."""
    match = re.fullmatch(r"(\d{1,16})-(\d{1,18})", text)
    return (EPOCH + timedelta(microseconds=int(match[1])), int(match[2])) if match else None


def _micros(at: datetime) -> int:
    """Return a time in microseconds since 1970: exact, and nothing to escape in an address."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("My page"), reverse("members:me"))]
