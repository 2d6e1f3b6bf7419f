"""Pages on which members say how they appear on the map. What is typed there is looked up and forgotten within the request.

One address, one question at a time: each page is the answer to the one before, sent by POST, so that neither an address nor a log line nor
a session holds where somebody is. Only the last step writes.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_countries import countries

from members import consents, limits
from members.models.consent import Purpose
from soulmates import geocoding, looking
from soulmates.actions import locations as actions
from soulmates.forms import locations as forms
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.models.place import Region

SUGGESTIONS = limits.Limit("place-suggestions", 60, 60)
VERSION = 1  # of the JSON


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def location_edit(request):
    """Show how the member appears, and lead through the questions of a change."""
    member = request.user.member
    if not member.is_adult:
        return _page(request, "closed")
    step = request.POST.get("step", "")
    if not consents.holds(member, Purpose.MAP):
        return _agree(request)
    answer = STEPS[step](request) if step in STEPS else None
    return answer or _overview(request, forms.HowForm(initial={"precision": _precision(_own(member))}))


def _agree(request):
    """Ask for the consent, in a box of its own."""
    form = forms.AgreeForm(request.POST if request.POST.get("step") == "agree" else None)
    if form.is_valid():
        consents.give(member=request.user.member, purpose=Purpose.MAP, form="map")
        messages.success(request, _("Thank you. You are still hidden: choose now how you want to appear."))
        return redirect("soulmates:location_edit")
    return _page(request, "agree", form=form)


def _overview(request, form):
    """Show how the member appears now, and ask how they want to."""
    member = request.user.member
    return _page(request, "edit", form=form, own=_own(member), child=actions.cares_for_a_child(member))


def _how(request):
    """Take how precisely; hiding needs no more questions."""
    form = forms.HowForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    precision = form.cleaned_data["precision"]
    if precision == forms.HIDDEN:
        return location_hide(request)
    own = _own(request.user.member)
    country = {"country": str(own.country)} if own else {}
    if precision == Precision.TOWN:
        return _page(request, "town", form=forms.TownForm(initial=country))
    return _page(request, "country", form=forms.CountryForm(initial=country), precision=precision)


def _country(request):
    """Take the country; a region is asked for next, where one is wanted."""
    wants_region = request.POST.get("precision") == str(Precision.REGION.value)
    form = forms.CountryForm(request.POST)
    if not form.is_valid():
        return _page(request, "country", form=form, precision=Precision.REGION if wants_region else Precision.COUNTRY)
    country = form.cleaned_data["country"]
    if not wants_region:
        return _check(request, precision=Precision.COUNTRY, country=country)
    return _ask_region(request, country)


def _ask_region(request, country, data=None):
    """Offer the regions of a country."""
    regions = list(Region.objects.filter(country=country).order_by("name", "code"))
    if not regions:
        form = forms.CountryForm({"country": country})
        form.add_error("country", _("We know no regions of this country. Go back and choose “country”."))
        return _page(request, "country", form=form, precision=Precision.REGION)
    form = forms.RegionForm(data, regions=regions, initial={"country": country})
    if form.is_valid():
        return _check(request, precision=Precision.REGION, country=country, region=form.cleaned_data["region"])
    return _page(request, "region", form=form, country_name=countries.name(country))


def _region(request):
    """Take the region."""
    form = forms.CountryForm(request.POST)
    return _ask_region(request, form.cleaned_data["country"], request.POST) if form.is_valid() else None


def _town(request, pick=None):
    """Look up what was typed, and forget it. pick: the form of the town that should have been chosen, if that has a fault."""
    form = forms.TownForm(request.POST)
    if not form.is_valid():
        return _page(request, "town", form=form)
    limits.spend(SUGGESTIONS, request.user.member)
    asked = {"country": form.cleaned_data["country"], "q": form.cleaned_data["q"]}
    found = geocoding.search(asked["q"], country=asked["country"])
    return _page(request, "town", form=form, found=found, searched=True, asked=asked, pick=pick)


def _place(request):
    """Take one of the towns found. From here on only its public place goes along; without one, its region."""
    form = forms.PlaceForm(request.POST, places=geocoding.with_public_places())
    if not form.is_valid():
        return _town(request, pick=form)
    place = form.cleaned_data["place"]
    shown = place.public_place
    if shown is None:
        return _check(request, precision=Precision.REGION, country=str(place.country), region=place.region, too_small=True)
    return _check(request, precision=Precision.TOWN, country=str(shown.country), region=shown.region, place=shown)


def _check(request, *, form=None, too_small=False, **where):
    """Show exactly what others will see, before anything is saved."""
    must_be_sure = where["precision"] == Precision.TOWN and actions.cares_for_a_child(request.user.member)
    region, place = where.get("region"), where.get("place")
    values = {"precision": int(where["precision"]), "country": where["country"], "region": region and region.pk, "place": place and place.pk}
    form = form or forms.SaveForm(initial=values, must_be_sure=must_be_sure)
    shown = MemberLocation(precision=where["precision"], country=where["country"], region=region, place=place)
    return _page(request, "check", form=form, shown=shown, too_small=too_small)


def _save(request):
    """Write it down."""
    member = request.user.member
    form = forms.SaveForm(request.POST, must_be_sure=actions.cares_for_a_child(member))
    if form.is_valid():
        try:
            actions.set_location(member=member, **form.cleaned_data)
        except actions.LocationRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. This is how you appear from now on."))
            return redirect("soulmates:location_edit")
    if list(form.errors) == ["sure"]:  # all else is right: the same page again
        return _check(request, form=form, **{name: form.cleaned_data[name] for name in ("precision", "country", "region", "place")})
    how = forms.HowForm({"precision": request.POST.get("precision", "")})
    how.is_valid()
    for error in form.non_field_errors() or [_("Something was missing. Please choose again.")]:
        how.add_error(None, error)
    return _overview(request, how)


STEPS = {"how": _how, "country": _country, "region": _region, "town": _town, "place": _place, "save": _save}


@login_required
@require_POST
def location_hide(request):
    """Take the member off the map, at one press."""
    if actions.hide(member=request.user.member):
        messages.success(request, _("You are hidden now, and the place is deleted."))
    else:
        messages.info(request, _("You are hidden. Nothing was stored."))
    return redirect("soulmates:location_edit")


def _own(member) -> MemberLocation | None:
    return MemberLocation.objects.select_related("region", "place__region").filter(member=member).first()


def _precision(own: MemberLocation | None) -> int:
    return own.precision if own else forms.HIDDEN


def _page(request, name, **context):
    """Show one of the pages; 422 where something has to be changed first."""
    refused = any(form is not None and form.errors for form in (context.get("form"), context.get("pick")))
    context |= {"crumbs": [(_("Map"), reverse("soulmates:map"))], "k": settings.MAP_K, "member": request.user.member}
    response = render(request, f"soulmates/location_{name}.html", context, status=422 if refused else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def place_suggest(request):
    """Answer what somebody is typing with towns, as JSON; the words are in no address and are kept nowhere."""
    member = request.user.member if request.user.is_authenticated else None
    if member is None:
        return _json({"error": _("Sign in first.")}, 403)
    lacks = looking.missing(member)
    if lacks:
        return _json({"error": looking.WORDS[lacks]}, 403)
    try:
        limits.spend(SUGGESTIONS, member)
    except limits.LimitReached as reached:
        response = _json({"error": _("That was too often. Please wait a minute, or press “Search”.")}, 429)
        response["Retry-After"] = str(reached.retry_after)
        return response
    try:
        text, country = _asked(request)
        found = geocoding.suggest(text, country=country)
    except geocoding.BadQuery as error:
        return _json({"error": str(error)}, 400)
    return _json({"places": [one._asdict() for one in found]}, 200)


def _asked(request) -> tuple[str, str]:
    """Return what was typed, and the country or "". Raises BadQuery for anything but one of each."""
    if any(len(values) > 1 for _name, values in request.POST.lists()) or "q" not in request.POST or request.GET:
        raise geocoding.BadQuery(_("Ask for one thing at a time."))
    country = request.POST.get("country", "")
    if country and country not in countries:
        raise geocoding.BadQuery(_("This is no country we know."))
    return geocoding.checked(request.POST["q"]), country


def _json(content: dict[str, object], status: int) -> HttpResponse:
    response = JsonResponse({"v": VERSION, **{name: str(value) if name == "error" else value for name, value in content.items()}}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
