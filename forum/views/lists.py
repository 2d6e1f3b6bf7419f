"""Lists of questions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conditions.views import same_under
from forum import lists, paging, waiting
from forum.lists import Listing
from forum.models.change import PublicChange
from forum.paging import Order
from forum.rendering import EXCERPT
from forum.tags import grouped
from letters import actions as letters
from members import limits
from members.models.member import Member
from prose import markdown

same_until_a_change = same_under(PublicChange.objects.version)
BY_DATE = Order("created_at")


@same_until_a_change
@require_safe
def question_list(request):
    """List questions, the newest first."""
    return _list(request, lists.NEWEST, lists.of(lists.NEWEST, request.user))


@same_until_a_change
@require_safe
def question_unanswered(request):
    """List what waits for an answer, the longest waiting first. Moderators see how long it took lately: numbers only."""
    numbers = waiting.numbers() if request.user.is_authenticated and request.user.member.is_moderator else None
    return _list(request, lists.UNANSWERED, lists.of(lists.UNANSWERED, request.user), numbers=numbers)


@same_until_a_change
@require_safe
def question_active(request):
    """List questions by the last that was written to each."""
    return _list(request, lists.ACTIVE, lists.of(lists.ACTIVE, request.user))


@same_until_a_change
@require_safe
def question_helpful(request):
    """List the questions that most people found helpful."""
    return _list(request, lists.HELPFUL, lists.of(lists.HELPFUL, request.user))


@login_required
@require_safe
def question_for_me(request):
    """List what the member could answer."""
    return _list(request, lists.FOR_ME, lists.for_member(request.user.member), private=True)


@login_required
@require_safe
def question_mine(request):
    """List what the member asked, whatever became of it."""
    return _list(request, lists.MINE, lists.own(request.user.member), private=True, own=True)


@same_until_a_change
@require_safe
def tag_list(request):
    """List all tags that questions carry, each with their number."""
    return render(request, "forum/tag_list.html", {"groups": grouped(lists.tags_with_numbers(request.user)), "crumbs": _crumbs()})


@same_until_a_change
@require_safe
def tag_detail(request, kind, condition, slug):
    """List what is asked about a page of the reference, or with a word: also where nobody has asked yet."""
    tag = lists.tag_of(kind, condition, slug)
    if tag is None:
        raise Http404
    watched = tag.pk is not None and request.user.is_authenticated and letters.is_watching(member=request.user.member, target=tag)
    context = {"tag": tag, "condition": tag.condition, "about_page": lists.page_of(tag), "watched": watched, "crumbs": _crumbs()}
    found = paging.page(lists.with_tag(tag, request.user), lists.TAGGED.order, request.GET) if tag.pk else paging.Page()
    if found.is_top and not found.is_first:
        return redirect(tag)
    return render(request, "forum/tag_detail.html", {**context, "page": found, "listing": lists.TAGGED, "address": tag.get_absolute_url()})


@login_required
@require_POST
def tag_watch(request, kind, condition, slug):
    """Follow a tag, or follow it no more: the button says which."""
    tag = lists.tag_of(kind, condition, slug)
    if tag is None or tag.pk is None:
        raise Http404
    member = request.user.member
    if request.POST.get("watch") == "0":
        letters.unwatch(member=member, target=tag)
        messages.success(request, _("You no longer hear of new questions with this tag."))
    else:
        letters.watch(member=member, target=tag)
        messages.success(request, _("You will find a notice when somebody asks a question with this tag."))
    return redirect(tag)


@login_required
@require_safe
def by_member(request, public_id):
    """List what a member wrote under their name: answers, or questions. Whoever may not meet them learns nothing, as on the profile."""
    viewer = request.user.member
    if public_id != viewer.public_id:
        limits.spend(limits.PROFILE_VIEWS, viewer.pk)
    member = get_object_or_404(Member.objects.visible_to(request.user).select_related("user"), public_id=public_id)
    questions = request.GET.get("show") == "questions"
    rows = lists.asked_by(member, request.user) if questions else lists.answers_by(member, request.user)
    found = paging.page(rows, BY_DATE, request.GET, keep={"show": "questions"} if questions else None)
    if not questions:
        for answer in found.rows:
            answer.words = markdown.excerpt(answer.body_html, EXCERPT)
    address = reverse("forum:by_member", args=[member.public_id])
    context = {
        "member": member,
        "page": found,
        "listing": lists.NEWEST,
        "questions": questions,
        "address": f"{address}?show=questions" if questions else address,
        "crumbs": [(format_html('<bdi lang="" translate="no">{}</bdi>', member.pseudonym), member.get_absolute_url())],
    }
    return render(request, "forum/by_member.html", context)


def _list(request, listing: Listing, rows, **more):
    """Answer with a page of a list; what turns out to be its top is led to the list's own address."""
    found = paging.page(rows, listing.order, request.GET)
    if found.is_top and not found.is_first:
        return redirect(lists.address_of(listing))
    listings = [*lists.LISTINGS, *((lists.FOR_ME, lists.MINE) if request.user.is_authenticated else ())]
    context = {"listing": listing, "listings": listings, "page": found, "address": lists.address_of(listing), **more}
    return render(request, "forum/question_list.html", context)


def _crumbs():
    return [(_("Questions"), reverse("forum:question_list"))]
