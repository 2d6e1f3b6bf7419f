"""Joining, one thing per page: for visitors, and for accounts that came another way and have not joined yet.

The answers wait in the session. Whoever comes out of order is led to the first question that is open; answers given can be changed.
"""

from dataclasses import replace
from functools import wraps

from allauth.socialaccount.internal.flows.signup import get_pending_signup
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members import consents, staff
from members.actions.joining import close_too_young, join_from_session
from members.forms.joining import AgeForm, HealthForm, NameForm, RoleForm
from members.joining import Answers
from members.models.choices import AgeBand, Role
from members.models.consent import Purpose

ORDER = ("members:join_age", "members:join_name", "members:join_health", "members:join_role", "members:join_check")


def for_newcomers(view):
    """Hand the view the answers so far, unless somebody has joined already, is too young, or has questions before this one open."""

    @never_cache
    @wraps(view)
    def checked(request):
        if request.user.is_authenticated and request.user.member.joined_at:
            return redirect("members:me")
        answers, page = Answers.of(request.session), request.resolver_match.view_name
        if answers.too_young and page != "members:join_too_young":
            return redirect("members:join_too_young")
        if page in ORDER and ORDER.index(page) > ORDER.index(answers.next_page):
            return redirect(answers.next_page if answers.any else "members:join_start")
        return view(request, answers)

    return checked


@require_safe
@for_newcomers
def join_start(request, answers):
    """Say what an account is for, and what will be asked."""
    return render(request, "members/join_start.html", {"next_page": answers.next_page, "begun": answers.any})


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def join_age(request, answers):
    """Ask for the age band. An account of somebody under 16 is closed and erased at once; one of the team is looked into by people."""
    form = AgeForm(request.POST if request.method == "POST" else None, initial={"age": answers.age})
    if form.is_valid():
        answers = replace(answers, age=form.cleaned_data["age"])
        if answers.too_young:
            answers = Answers(age=answers.age)  # nothing else of them is remembered
        if answers.too_young and request.user.is_authenticated and not staff.is_staff(request.user):
            close_too_young(member=request.user.member)
            request.session.flush()  # its account is gone; what follows is a visitor's
            request.user = AnonymousUser()
            messages.info(request, _("The account that you had begun is closed, and what it held is erased."))
        return _keep(request, answers)
    return _show(request, "members/join_age.html", form)


@require_safe
@for_newcomers
def join_too_young(request, answers):
    """Say kindly that accounts begin at 16, and what is open to everybody."""
    if not answers.too_young:
        return redirect("members:join_start")
    return render(request, "members/join_too_young.html", {"of_team": request.user.is_authenticated and staff.is_staff(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def join_name(request, answers):
    """Ask for a pseudonym."""
    member = request.user.member if request.user.is_authenticated else None
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": answers.name or ""}, besides=member and member.pk)
    if form.is_valid():
        return _keep(request, replace(answers, name=form.cleaned_data["name"], taken=""))
    return _show(request, "members/join_name.html", form, taken=answers.taken)


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def join_health(request, answers):
    """Ask for consent to keep health data; without it the account reads and writes all the same."""
    form = HealthForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        health = form.cleaned_data["health"]
        return _keep(request, replace(answers, health=health, role=answers.role if health else None))
    return _show(request, "members/join_health.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def join_role(request, answers):
    """Ask who somebody is to the illness, where they agreed that it is kept."""
    if not answers.agrees:
        return redirect(answers.next_page)
    if request.method == "POST" and "skip" in request.POST:
        return _keep(request, replace(answers, role=""))
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": answers.role})
    if form.is_valid():
        return _keep(request, replace(answers, role=form.cleaned_data["role"]))
    return _show(request, "members/join_role.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def join_check(request, answers):
    """Show the answers: a visitor goes on to address and sign-in, an account that is there already finishes here."""
    if request.method == "POST" and request.user.is_authenticated:
        if join_from_session(member=request.user.member, session=request.session):
            messages.success(request, _("Welcome. You have joined."))
            return redirect("members:join_done")
        return redirect(Answers.of(request.session).next_page)
    context = {
        "answers": answers,
        "age": AgeBand(answers.age).label,
        "role": Role(answers.role).label if answers.role else "",
        "sign_up": "socialaccount_signup" if get_pending_signup(request) else "account_signup",
    }
    return render(request, "members/join_check.html", context)


@require_safe
@never_cache
@login_required
def join_done(request):
    """Ask what somebody would like to do first; nothing of it is needed."""
    member = request.user.member
    if not member.joined_at:
        return redirect("members:join_start")
    context = {
        "member": member,
        "agrees": consents.holds(member, Purpose.HEALTH),
        "parent": member.role == Role.PARENT,
        "of_team": staff.is_staff(request.user),
    }
    return render(request, "members/join_done.html", context)


def _keep(request, answers):
    """Keep the answers as long as the browser is open, and go on to the next question, or back to all of them."""
    if not request.user.is_authenticated:
        request.session.set_expiry(0)
    answers.keep(request.session)
    return redirect(answers.next_page)


def _show(request, template, form, **context):
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)
