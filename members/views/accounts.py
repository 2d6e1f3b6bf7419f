"""What an account's owner sees of its security, beside the sign-in library's own pages."""

from allauth.account.internal.flows.logout import logout
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.actions import accounts
from members.models.account import AccountChange

EVENTS_SHOWN = 20


@login_required
@require_safe
def account_security(request):
    """Show everything about getting in on one page: each line leads to where it is changed."""
    user = request.user
    factors = {}
    for factor in Authenticator.objects.filter(user=user):
        factors.setdefault(factor.type, []).append(factor)
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    events = [
        {"words": accounts.KINDS.get(event.kind, event.kind), "device": event.device, "at": event.at}
        for event in user.security_events.all()[:EVENTS_SHOWN]
    ]
    context = {
        "has_password": user.has_usable_password(),
        "passkeys": len(factors.get(Authenticator.Type.WEBAUTHN, [])),
        "has_app": Authenticator.Type.TOTP in factors,
        "has_codes": codes is not None,
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else 0,
        "sessions": max(accounts.live_sessions(user).count(), 1),  # this one counts in any case
        "services": bool(settings.SIGN_IN_PROVIDERS),
        "events": events,
    }
    return render(request, "members/account_security.html", context)


@login_required
@require_POST
def session_end(request, pk):
    """End one of one's own sessions."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        raise Http404  # where one is, one signs out
    accounts.end_session(session=session, request=request)
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_undo(request, token):
    """Ask whether to undo a change of address or password, and do it. Whoever has the link may: it went to the old address alone."""
    change = accounts.open_change(token)
    if change is None:
        return render(request, "members/change_undo.html", {"change": None}, status=404)
    if request.method != "POST":
        return render(request, "members/change_undo.html", {"change": change, "is_address": change.kind == AccountChange.Kind.EMAIL})
    try:
        undone = accounts.undo(change=change, request=request)
    except accounts.AddressTakenError:
        return render(request, "members/change_undo_taken.html", status=409)
    if not undone:  # pressed twice
        return render(request, "members/change_undo.html", {"change": None}, status=404)
    if request.user.is_authenticated and request.user.pk == change.user_id:
        logout(request, show_message=False)
    messages.success(request, _("It is undone, and everybody is signed out. Please sign in with a code, then set a new password."))
    return redirect("account_request_login_code")
