"""The map: list, cells, published set, place and nearby pages."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conditions.models.condition import Condition
from members import limits
from soulmates import atlas, distances, looking
from soulmates.cells import bounds_of, bucket_floor, hundredths
from soulmates.forms import maps as forms
from soulmates.geocoding import look_up
from soulmates.matchmap import matches_on_the_map
from soulmates.models.choices import Precision
from soulmates.models.location import MapCell, MemberLocation, PlaceCount, PublishedMap
from soulmates.models.place import Place
from soulmates.nearby import Ring, page_of, page_of_area, rings
from soulmates.sides import ON, sides_of
from soulmates.views.locations import SUGGESTIONS

CELLS = limits.Limit("map-cells", 120, 60)
LISTS = limits.Limit("map-lists", 120, 3600)  # pages that name members: whoever wants all of them gets no further than a reader
VERSION = 1  # of the JSON
CELLS_VERSION = 2  # of the JSON of squares


def _private(response: HttpResponse) -> HttpResponse:
    """Say that an answer made for one member is kept nowhere."""
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def world(request):
    """The map as a list, as a still picture, and as one that moves: for visitors the published set, for members who may look the counted areas."""
    member = request.user.member if request.user.is_authenticated else None
    lacks = looking.missing(member) if member else ""
    if member is None or lacks:
        return _visitors_map(request, lacks)
    own = MemberLocation.objects.select_related("condition", "region", "place").filter(member=member).first()
    condition = _condition(request, own)
    area = forms.area_of(request.GET)
    if area:
        return _area(request, condition, own, area)
    lines, help_lines = atlas.for_members(condition, own), atlas.organisations(condition)
    sides = [side for side in sides_of(member) if side.state == ON]
    chosen = _side(request, sides)
    pins = matches_on_the_map(chosen) if chosen else []
    context = {
        "condition": condition,
        "world": lines,
        "bubbles": atlas.bubbles(lines),
        "own": own,
        "help_lines": help_lines,
        "sides": sides,
        "side": chosen,
        "pins": pins,
        "live": {
            "units": "",
            "cells": f"{reverse('soulmates:map_cells')}?condition={condition.slug}",
            "place": f"{reverse('soulmates:place_detail', args=[0])}?condition={condition.slug}",
            "own": {"lat": own.lat, "lng": own.lng, "name": own.place.name} if own and own.place else None,
            "matches": [pin.for_script() for pin in pins if pin.has_point],
            "organisations": atlas.organisation_points(help_lines),
            "view": None,
        },
        "crumbs": [(_("Soulmates"), reverse("soulmates:match_list"))],
    }
    return _private(render(request, "soulmates/map.html", context))


def _visitors_map(request, lacks: str):
    """Show the published set, the same to everybody; lacks: what keeps a signed-in member from seeing more, said in a note."""
    condition = _condition(request, None)
    build = PublishedMap.objects.filter(condition=condition).first()
    lines, help_lines = atlas.published(build), atlas.organisations(condition)
    context = {
        "condition": condition,
        "world": lines,
        "bubbles": atlas.bubbles(lines),
        "help_lines": help_lines,
        "lacks": looking.WORDS[lacks] if lacks else "",
        "can_agree": lacks == looking.CONSENT,
        "k": atlas.threshold(build),
        "live": {
            "units": reverse("soulmates:map_units", args=[build.digest]) if build else "",
            "cells": "",
            "place": "",
            "own": None,
            "matches": [],
            "organisations": atlas.organisation_points(help_lines),
            "view": None,
        },
        "crumbs": [(_("Soulmates"), reverse("soulmates:match_list"))],
    }
    return render(request, "soulmates/map_public.html", context)


def _area(request, condition: Condition, own: MemberLocation | None, area: str):
    """Show one country, or one region, with its towns, and who is shown there no finer."""
    country, member = area[:2], request.user.member
    limits.spend(LISTS, member)
    number = forms.page_of(request.GET)
    line = atlas.of_country(condition, country, own, region=area if area != country else "")
    if line is None:
        raise Http404
    crumbs = [(_("Map"), f"{reverse('soulmates:map')}?condition={condition.slug}")]
    if area != country:
        crumbs.append((line.name, f"{reverse('soulmates:map')}?area={country}&condition={condition.slug}"))
    context = {
        "condition": condition,
        "line": line,
        "is_region": area != country,
        "own": own,
        "page": page_of_area(member, condition, area, forms.Wanted(), number),
        "address": f"{reverse('soulmates:map')}?area={area}&condition={condition.slug}&",
        "crumbs": crumbs,
    }
    return _private(render(request, "soulmates/map_area.html", context))


def _condition(request, own: MemberLocation | None) -> Condition:
    """Return the condition whose map is asked for: the one that is named, the member's own, or the first. Raises BadRequest, or Http404."""
    slug = forms.only(request.GET, ("condition",))["condition"]
    if slug:
        found = Condition.objects.filter(slug=slug).first()
        if found is None:
            raise BadRequest("no such condition")
        return found
    if own is not None:
        return own.condition
    found = Condition.objects.order_by("order", "slug").first()
    if found is None:
        raise Http404
    return found


def _side(request, sides):
    """Return the side whose matches shall be on the map, or None. Raises BadRequest for a patient who is none of these."""
    wanted = forms.only(request.GET, ("matches",))["matches"]
    found = next((side for side in sides if side.patient.public_id == wanted), None)
    if wanted and found is None:
        raise BadRequest("no such patient")
    return found


@require_safe
def units(request, digest):
    """The published set as JSON, which never changes under its name."""
    build = PublishedMap.objects.filter(digest=digest).first()
    if build is None:
        raise Http404
    return HttpResponse(
        build.units, content_type="application/json", headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Robots-Tag": "noindex"}
    )


@require_safe
def cells(request):
    """The clusters of a part of the map, for members who may look."""
    if not request.user.is_authenticated:
        return _no(403, _("Sign in to see this."))
    member = request.user.member
    try:
        limits.spend(CELLS, member.pk)
    except limits.LimitReached as reached:
        response = _no(429, _("The map was moved very often. Please wait a minute."))
        response["Retry-After"] = str(reached.retry_after)
        return response
    lacks = looking.missing(member)
    if lacks:
        return _no(403, str(looking.WORDS[lacks]))
    try:
        z, x, y = forms.tiles_of(request.GET)
    except BadRequest:
        return _no(400, _("This is no part of the map."))
    own = MemberLocation.objects.select_related("condition").filter(member=member).first()
    return _private(JsonResponse(answer(_condition(request, own), z, x, y), json_dumps_params={"separators": (",", ":")}))


def _no(status: int, words: str) -> JsonResponse:
    return _private(JsonResponse({"v": VERSION, "error": words}, status=status))


def answer(condition: Condition, z: int, x: tuple[int, int], y: tuple[int, int]) -> dict[str, object]:
    """Return what stands in the squares of some tiles: {"v", "z", "c": [[lat, lng, 5, place], ...]}. One query.

    Latitude and longitude are whole hundredths of a degree, the number is that of the bucket ("5 or more"), and a square of more than one place
    says none: so a whole view stays near 3 KB.
    """
    found = MapCell.objects.filter(condition=condition, z=z + 2, x__range=bounds_of(*x), y__range=bounds_of(*y)).order_by("x", "y")
    rows = found.values_list("n", "lat_sum", "lng_sum", "place")
    squares = [[hundredths(lat, n), hundredths(lng, n), bucket_floor(n), *([place] if place else [])] for n, lat, lng, place in rows]
    return {"v": CELLS_VERSION, "z": z, "c": squares}


@login_required
@require_safe
def place_detail(request, place):
    """Who is shown at a public place."""
    member = request.user.member
    if looking.missing(member):
        return redirect("soulmates:map")
    limits.spend(LISTS, member)
    own = MemberLocation.objects.select_related("condition", "place").filter(member=member).first()
    condition = _condition(request, own)
    number = forms.page_of(request.GET)
    found = get_object_or_404(Place.objects.select_related("region"), pk=place)
    if not found.is_public:
        raise Http404
    count = PlaceCount.objects.filter(condition=condition, place=found).values_list("n", flat=True).first() or 0
    ring = Ring(distances.BANDS[0], [found.pk], count)
    page = page_of(member, condition, [ring], forms.Wanted(), number)
    context = {
        "condition": condition,
        "place": found,
        "country": atlas.country_name(found.country.code),
        "number": atlas.Number.of(count),
        "page": page,
        "is_own": bool(own and own.place_id == found.pk),
        "address": f"{reverse('soulmates:place_detail', args=[found.pk])}?condition={condition.slug}&",
        "crumbs": [
            (_("Map"), f"{reverse('soulmates:map')}?condition={condition.slug}"),
            (atlas.country_name(found.country.code), f"{reverse('soulmates:map')}?area={found.country.code}&condition={condition.slug}"),
        ],
    }
    return _private(render(request, "soulmates/place_detail.html", context))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nearby(request):
    """Who is shown near a public place: one's own, or one that is chosen by name."""
    member = request.user.member
    if looking.missing(member):
        return redirect("soulmates:map")
    own = MemberLocation.objects.select_related("condition", "place__region").filter(member=member).first()
    if request.method == "POST":
        return _places_by_name(request, own)
    conditions = list(Condition.objects.order_by("order", "slug"))
    if not conditions:
        raise Http404
    form = forms.NearbyForm.of(request.GET, conditions=conditions, condition=own.condition.slug if own else conditions[0].slug)
    number, asked = forms.page_of(request.GET), forms.place_of(request.GET)
    origin = _origin(asked) if asked else own.place if own and own.precision == Precision.TOWN else None
    condition = next(one for one in conditions if one.slug == form.cleaned_data["condition"])
    if origin:
        limits.spend(LISTS, member)
    page = page_of(member, condition, rings(origin, form.km, condition), form.wanted, number) if origin else None
    return _private(_nearby_page(request, own, origin=origin, form=form, page=page, condition=condition))


def _origin(number: int) -> Place:
    """Return a public place. Raises BadRequest for any other."""
    found = Place.objects.select_related("region").filter(pk=number).first()
    if found is None or not found.is_public:
        raise BadRequest("not a public place")
    return found


def _places_by_name(request, own):
    """Answer a town's typed name: go to the only one of that name, or offer some. The text is read here and kept nowhere."""
    place_form, found = forms.PlaceForm(request.POST), []
    if place_form.is_valid():
        limits.spend(SUGGESTIONS, request.user.member)
        found = [one for one in look_up(place_form.cleaned_data["q"]) if one.place.public_place_id]
        if len({one.place.public_place_id for one in found}) == 1:
            return _private(redirect(f"{reverse('soulmates:nearby')}?place={found[0].place.public_place_id}"))
        if not found:
            place_form.add_error("q", _("We do not know this town. Try a larger town close by."))
    return _private(_nearby_page(request, own, place_form=place_form, found=found, status=422 if place_form.errors else 200))


def _nearby_page(request, own, *, origin=None, form=None, page=None, condition=None, place_form=None, found=None, status=200):
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "own": own,
        "origin": origin,
        "is_own": bool(own and origin and own.place_id == origin.pk),
        "country": atlas.country_name(origin.country.code) if origin else "",
        "form": form,
        "conditions": list(form.conditions) if form else [],
        "page": page,
        "groups": _by_band(page.families) if page else [],
        "place_form": place_form or forms.PlaceForm(),
        "found": found,
        "condition": condition,
        "address": f"{reverse('soulmates:nearby')}?{kept.urlencode()}{'&' if kept else ''}",
        "crumbs": [(_("Map"), reverse("soulmates:map"))],
    }
    return render(request, "soulmates/nearby.html", context, status=status)


def _by_band(families) -> list[tuple[str, list]]:
    """Return families under the words of their band, in their order."""
    groups: list[tuple[str, list]] = []
    for family in families:
        words = family.band.words()
        if not groups or groups[-1][0] != words:
            groups.append((words, []))
        groups[-1][1].append(family)
    return groups
