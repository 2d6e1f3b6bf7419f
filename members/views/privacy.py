"""The privacy centre: what is held, consents, export, erase."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from members import consents, data_rights, own_part
from members.actions import export as exports
from members.actions import leaving
from members.forms.privacy import ConsentForm, EraseForm
from members.models.consent import Purpose
from members.models.leaving import EXPORT_LASTS

FILE_NAME = "my-data.zip"  # says neither whose nor of which site
SHOWN = {
    "picture": gettext_lazy("Picture"),
    "role": gettext_lazy("Who I am here"),
    "languages": gettext_lazy("Languages"),
    "about": gettext_lazy("About me"),
    "life_stage": gettext_lazy("Where I stand"),
    "patients": gettext_lazy("Whom I care for: age group and relation, no nickname"),
}
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*further):
    return [(_("My page"), reverse("members:me")), *further]


def _centre():
    return _("Privacy centre"), reverse("members:privacy")


@login_required
@require_safe
def privacy(request):
    """Show what is kept about the member, who sees it, what they agreed to, and the ways to take it along or end it."""
    member = request.user.member
    context = {
        "crumbs": _crumbs(),
        "held": [line for line in data_rights.held(member) if line.number],
        "shown": [(words, getattr(member, f"get_{name}_visibility_display")()) for name, words in SHOWN.items()],
        "states": consents.states(member, list(member.consents.all())),
        "leaving_days": leaving.UNDO_FOR.days,
    }
    return render(request, "members/privacy.html", context)


@login_required
@require_safe
def consent_list(request):
    """Show every purpose with its words, each with its own button, and what was given and taken back before."""
    return _consents(request)


@login_required
@read_or_send
def consent_change(request, purpose):
    """Give a consent or take it back, at once."""
    if purpose not in Purpose.values:
        raise Http404
    if request.method != "POST":  # back from signing in again
        return redirect("members:consent_list")
    member, form = request.user.member, ConsentForm(request.POST)
    if not form.is_valid():
        return _consents(request, form=form)
    if form.cleaned_data["action"] == ConsentForm.WITHDRAW:
        closed = consents.withdraw(member=member, purpose=purpose)
        _say_withdrawn(request, closed)
        return redirect("members:consent_list")
    try:
        consents.ask_only_what_is_used(purpose)
        consents.give(member=member, purpose=purpose, form="privacy")
    except consents.ConsentRefused as error:
        form.add_error(None, str(error))
        return _consents(request, form=form)
    messages.success(request, _("You agreed: %(purpose)s.") % {"purpose": Purpose(purpose).label})
    return redirect("members:consent_list")


def _say_withdrawn(request, closed):
    if not closed:
        messages.info(request, _("Nothing to take back: there was no yes."))
        return
    labels = [str(Purpose(purpose).label) for purpose in closed]
    words = ngettext("Taken back: %(purposes)s. It ended at once.", "Taken back: %(purposes)s. They ended at once.", len(labels))
    messages.success(request, words % {"purposes": ", ".join(labels)})


def _consents(request, form=None):
    member = request.user.member
    history = list(member.consents.all())
    states = consents.states(member, history)
    context = {
        "crumbs": _crumbs(_centre()),
        "form": form,
        "states": states,
        "later": [purpose for purpose in Purpose if purpose not in consents.IN_USE],
        "adults_only": consents.ADULTS_ONLY,
        "history": [(Purpose(consent.purpose), consent) for consent in reversed(history)],
        "health": Purpose.HEALTH,
        "records": own_part.records_at_stake(member),
        "also_ends": [
            Purpose(purpose) for purpose in consents.NEEDS_HEALTH if any(row.purpose == purpose and not row.withdrawn_at for row in history)
        ],
    }
    return render(request, "members/consent_list.html", context, status=422 if form else 200)


@login_required
@read_or_send
@reauthentication_required(allow_get=True)
def export_list(request):
    """Show the exports of the last two days, and take the wish for a new one."""
    member = request.user.member
    if request.method == "POST":
        exports.request_export(member=member)
        messages.success(request, _("Your data are being packed. This takes a few minutes."))
        return redirect("members:export_list")
    found = [export for export in member.exports.all() if export.state != "over"]
    made = [export for export in found if export.state in ("waiting", "ready")]
    context = {
        "crumbs": _crumbs(_centre()),
        "exports": found,
        "waiting": any(export.state == "waiting" for export in found),
        "next_at": _next_at(made),
        "hours": EXPORT_LASTS // timedelta(hours=1),
        "leaving": member.leaving_at is not None,
    }
    return render(request, "members/export_list.html", context)


def _next_at(made):
    """Return when the next export may be asked for, or None: now."""
    moment = max((export.requested_at for export in made), default=None)
    return moment + exports.TRY_AGAIN_FOR if moment and moment + exports.TRY_AGAIN_FOR > timezone.now() else None


@login_required
@require_safe
@reauthentication_required
def export_download(request, public_id):
    """Hand over the file of one's own export, until it runs out."""
    export = get_object_or_404(request.user.member.exports.ready(), public_id=public_id)
    try:
        file = export.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=FILE_NAME, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@read_or_send
@reauthentication_required(allow_get=True)
def erase(request):
    """List what follows, then begin to leave."""
    member = request.user.member
    if member.leaving_at:
        return redirect("members:erase_undo")
    last = False
    # "They stay" is chosen beforehand: what helps others is not lost by a press that nobody thought about.
    form = EraseForm(request.POST if request.method == "POST" else None, initial={"posts": EraseForm.KEEP})
    if form.is_valid():
        erase_posts = form.cleaned_data["posts"] == EraseForm.DELETE
        try:
            leaving.leave(member=member, session=request.session.session_key or "", erase_posts=erase_posts)
        except leaving.LastAdministratorError:
            last = True
        else:
            return redirect("members:erase_undo")
    context = {
        "crumbs": _crumbs(_centre()),
        "form": form,
        "last_administrator": last or leaving.is_last_administrator(request.user),
        "on_the_team": member.is_staff,
        "goes": [words for part in data_rights.parts() for words in part.goes],
        "kept": [words for part in data_rights.parts() for words in part.kept.values()],
        "records": own_part.records_at_stake(member),
        "days": leaving.UNDO_FOR.days,
    }
    return render(request, "members/erase.html", context, status=422 if form.is_bound else 200)


@login_required
@read_or_send
def erase_undo(request):
    """Let a member who is leaving stay after all."""
    member = request.user.member
    if member.leaving_at is None:
        return redirect("members:privacy")
    if request.method == "POST":
        try:
            leaving.come_back(member=member)
        except leaving.TooLateError:
            pass
        else:
            messages.success(request, _("Good to have you back. Your account is as it was before."))
            return redirect("members:me")
    over = leaving.is_over(member)
    context = {"until": member.leaving_at + leaving.UNDO_FOR, "over": over, "posts_go": member.erase_posts}
    return render(request, "members/erase_undo.html", context, status=422 if over and request.method == "POST" else 200)
