"""My page, the public face, and who shall not meet me."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from members import consents, drafts, limits
from members.actions import people, profiles
from members.forms.profiles import NameForm, PictureForm, ProfileForm, first_answers
from members.models.choices import Visibility
from members.models.consent import Purpose
from members.models.member import Member
from members.models.relations import MOST_LISTED, Block
from members.profiles import Profile, holds_contact, profile_of

read_or_send = require_http_methods(["GET", "HEAD", "POST"])

DRAFTS_SHOWN = 3
DONE = "people_done"  # in the session: what was just done, and to whom, so that the next page can offer Undo
FACTS = {
    "role": gettext_lazy("Role"),
    "patients": gettext_lazy("Here for"),
    "life_stage": gettext_lazy("Now"),
    "languages": gettext_lazy("Languages"),
}
ACTS = {"block": people.block, "unblock": people.unblock, "mute": people.mute, "unmute": people.unmute}


@login_required
@require_safe
def me(request):
    """My page: whom I care for, what I have not sent yet, and the way to all that is mine."""
    member = request.user.member
    yes = consents.standing(member).get(Purpose.HEALTH)
    return render(
        request,
        "members/me.html",
        {
            "member": member,
            "may_keep_health": yes == consents.TEXTS[Purpose.HEALTH].version,
            "words_changed": yes is not None and yes != consents.TEXTS[Purpose.HEALTH].version,
            "guardianships": list(member.guardianships.select_related("patient").order_by("patient__created_at", "patient_id")),
            "drafts": list(member.drafts.living()[:DRAFTS_SHOWN]),
        },
    )


@login_required
@require_safe
def member_detail(request, public_id):
    """The public face of a member, to members; one's own with a note at each field: who sees it."""
    viewer = request.user.member
    is_own = public_id == viewer.public_id
    if not is_own:
        limits.spend(limits.PROFILE_VIEWS, viewer.pk)  # before the look-up: an answer that is counted differently would tell who is here
    member = viewer if is_own else get_object_or_404(Member.objects.visible_to(request.user), public_id=public_id)
    profile = profile_of(member, viewer=viewer)
    context = {
        "member": member,
        "profile": profile,
        "facts": _facts(profile),
        "muted": not is_own and viewer.mutes_given.filter(muted=member).exists(),
        "done": _just_done(request),
        "consents_address": reverse("members:consent_list"),
        "crumbs": [_my_page()] if is_own else [],
    }
    return render(request, "members/member_detail.html", context)


def _facts(profile: Profile) -> list[dict[str, object]]:
    """Return the short answers of a profile with their labels; for others only those that are shown and were given."""
    member = profile.member
    answers = {
        "role": [member.get_role_display()] if member.role else [],
        "life_stage": [member.get_life_stage_display()] if member.life_stage else [],
        "languages": member.language_names,
        "patients": profile.patients,
    }
    return [
        {
            "label": label,
            "words": answers[field] if field != "patients" else [],
            "people": profile.patients if field == "patients" else [],
            "for_others": field in profile.for_others,
        }
        for field, label in FACTS.items()
        if profile.is_own or (field in profile.shown and answers[field])
    ]


@login_required
@require_safe
def member_picture(request, public_id):
    """The picture of a member, to whom may see it; there is no other address of the file."""
    viewer = request.user.member
    member = get_object_or_404(Member.objects.visible_to(request.user), public_id=public_id)
    if not member.picture or not member.shows("picture", viewer):
        raise Http404
    try:
        file = member.picture.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
        },
    )


@login_required
@read_or_send
def profile_edit(request):
    """What a member says of themselves, and who sees each of it."""
    member = request.user.member
    may_keep_health = consents.holds(member, Purpose.HEALTH)
    draft = drafts.of(request, "profile")
    form = ProfileForm(request.POST or None, may_keep_health=may_keep_health, initial=draft.initial(**first_answers(member)))
    if form.is_valid():
        profiles.save_profile(member=member, **form.answers())
        draft.drop()
        messages.success(request, _("Your profile is saved. This is how others see you now."))
        if member.about_visibility == Visibility.MEMBERS and holds_contact(member.about):
            messages.warning(request, _("Your text seems to hold an address or a number. Every member can read it: is that what you want?"))
        return redirect(member)
    draft.keep()
    context = {"form": form, "draft": draft, "member": member, "may_keep_health": may_keep_health, "crumbs": [_my_page()]}
    return render(request, "members/profile_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@read_or_send
def name_edit(request):
    """Another pseudonym."""
    member = request.user.member
    form = NameForm(request.POST or None)
    if form.is_valid():
        try:
            profiles.rename(member=member, to=form.cleaned_data["pseudonym"])
        except ValidationError as refusal:
            form.add_error("pseudonym", refusal)
        else:
            messages.success(request, _("Your name is changed, everywhere on this site."))
            return redirect(member)
    context = {"form": form, "member": member, "limit": profiles.RENAMES, "days": profiles.RENAMES.seconds // 86_400, "crumbs": [_my_page()]}
    return render(request, "members/name_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@read_or_send
def picture_edit(request):
    """A picture in place of the initials, who sees it, and the way back."""
    member = request.user.member
    if request.method == "POST" and "remove" in request.POST:
        profiles.remove_picture(member=member)
        messages.success(request, _("Your picture is deleted. Others see your initials."))
        return redirect("members:picture_edit")
    if request.method == "POST":
        limits.spend(profiles.PICTURES, member.pk)
    form = PictureForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        has_one=bool(member.picture),
        too_large=getattr(request, "upload_too_large", False),
        initial={"picture_visibility": member.picture_visibility},
    )
    if form.is_valid():
        if form.content:
            profiles.set_picture(member=member, content=form.content)
        profiles.save_profile(member=member, picture_visibility=form.cleaned_data["picture_visibility"])
        messages.success(request, _("Your picture is saved. This is how others see you now."))
        return redirect(member)
    context = {"form": form, "member": member, "crumbs": [_my_page()]}
    return render(request, "members/picture_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@read_or_send
def member_block(request, public_id):
    """Neither meets the other any more: says what that means, then does it."""
    return _change(request, public_id, "block")


@login_required
@read_or_send
def member_unblock(request, public_id):
    """Take a block back."""
    return _change(request, public_id, "unblock")


@login_required
@read_or_send
def member_mute(request, public_id):
    """See no more of what somebody writes: says what that means, then does it."""
    return _change(request, public_id, "mute")


@login_required
@read_or_send
def member_unmute(request, public_id):
    """Take a mute back."""
    return _change(request, public_id, "unmute")


def _change(request, public_id, act):
    """Explain an act of ACTS, and do it when it is sent; the next page offers to undo it. It works on whom one blocked, although they are a 404."""
    member = request.user.member
    other = get_object_or_404(Member.objects.within_reach_of(request.user).select_related("user").exclude(pk=member.pk), public_id=public_id)
    if request.method == "POST":
        ACTS[act](member=member, other=other)
        request.session[DONE] = [act, other.public_id]
    meets = Member.objects.visible_to(request.user).filter(pk=other.pk).exists()
    back = other.get_absolute_url() if meets and "list" not in request.POST else reverse("members:block_list")
    if request.method == "POST":
        return redirect(back)
    context = {
        "act": act,
        "other": other,
        "name": Block.objects.name_of(other, to=member),
        "meets": meets,
        "back": back,
        "crumbs": [_my_page(), _privacy_centre()],
    }
    return render(request, "members/block_change.html", context)


@login_required
@require_safe
def block_list(request):
    """Whom I blocked and muted, by the names they had then: what they call themselves now is not mine to follow."""
    member = request.user.member
    context = {
        "blocked": [{"member": block.blocked, "name": block.name_then or block.blocked.pseudonym} for block in member.blocks_given.for_list()],
        "muted": [{"member": mute.muted, "name": mute.name_then or mute.muted.pseudonym} for mute in member.mutes_given.for_list()],
        "most": MOST_LISTED,
        "done": _just_done(request),
        "crumbs": [_my_page(), _privacy_centre()],
    }
    return render(request, "members/block_list.html", context)


def _just_done(request) -> dict[str, object] | None:
    """Return what this person has just done to somebody, once: {"act", "other", "name"}."""
    act, public_id = request.session.pop(DONE, None) or ("", "")
    other = Member.objects.within_reach_of(request.user).select_related("user").filter(public_id=public_id).first() if act in ACTS else None
    return {"act": act, "other": other, "name": Block.objects.name_of(other, to=request.user.member)} if other else None


def _my_page() -> tuple[str, str]:
    return _("My page"), reverse("members:me")


def _privacy_centre() -> tuple[str, str]:
    return _("Privacy centre"), reverse("members:privacy")
