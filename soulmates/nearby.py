"""Who is shown at public places, and how far away, roughly: lists of 20 in an order that changes every day and says nothing.

Everything here is a function of public places. Filters act on what the viewer may see of a member, never on what is hidden.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import salted_hmac

from conditions.models.condition import Condition
from members import consents
from members.models.choices import Level, Visibility
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian
from members.profiles import RESTS_ON_HEALTH, Somebody
from soulmates import distances
from soulmates.distances import BANDS, Band
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation, PlaceCount
from soulmates.models.place import Place
from soulmates.places import kilometres
from soulmates.publishing import is_region

PAGE = 20
MOST_PAGES = 10  # whoever wants to see more has filters, and another day
MAY_CHANGE = (Level.EDIT, Level.OWNER)  # whom a profile tells of
_UNSURE = 0.01  # a sphere is off by at most 0.6 %: closer to a limit than this, the ellipsoid decides
_AT_FIRST = 4  # times what a page needs is asked of the nearest bands before the farther ones are read


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; an empty string is no filter. role, age, language: values of the fixed lists."""

    role: str = ""
    age: str = ""
    language: str = ""


@dataclass(frozen=True)
class Ring:
    """The public places of one band around an origin at which anybody stands, and how many counted members those are."""

    band: Band
    places: Sequence[int]
    n: int


@dataclass(frozen=True)
class Family:
    """A member on a list, as the viewer may see them. role, languages, patients: empty unless they show it. place: None on the list of an area."""

    member: Member
    place: Place | None
    band: Band
    role: str
    languages: Sequence[str]
    patients: Sequence[Somebody]
    picture: bool


@dataclass(frozen=True)
class Page:
    """A page of a list. is_last: whether there is none after it; is_cut: whether more would follow than anybody is shown in a day."""

    families: Sequence[Family]
    number: int
    is_last: bool
    is_cut: bool


def rings(origin: Place, km: int, condition: Condition) -> list[Ring]:
    """Return where counted members stand within a distance of a public place, the nearest band first. One query.

    The bands are those of distances.band; km: one of distances.WITHIN.
    """
    limits = [band for band in BANDS if band.km is not None and band.km <= km]
    counts = PlaceCount.objects.filter(_of_counts(distances.box(origin.lat, origin.lng, km)), condition=condition)
    rows = list(counts.order_by("place").values_list("place", "n", "place__lat", "place__lng"))
    if not rows:
        return []
    numbers, members, lats, lngs = (np.array(column) for column in zip(*rows, strict=True))
    away = kilometres(origin.lat, origin.lng, lats, lngs)
    edges = np.array([band.km for band in limits[1:]], dtype=float)
    near_an_edge = (np.abs(away[:, None] - edges) <= edges * _UNSURE).any(axis=1)
    for row in np.flatnonzero(near_an_edge):
        away[row] = distances.geodesic((origin.lat, origin.lng), (lats[row], lngs[row])).km
    which = np.searchsorted(edges, away) + 1  # of limits; a distance that equals a limit is within it
    which[numbers == origin.pk] = 0
    found = []
    for index, band in enumerate(limits):
        inside = which == index
        if inside.any():
            found.append(Ring(band, numbers[inside].tolist(), int(members[inside].sum())))
    return found


def page_of(viewer: Member, condition: Condition, around: Sequence[Ring], wanted: Wanted, number: int) -> Page:
    """Return a page of who stands at the places of rings, without the viewer. number: from 1 to MOST_PAGES. At most five queries.

    By band, and within a band by a number that is drawn anew every day.
    """
    needed = number * PAGE + 1  # one more than is shown says whether there is another page
    chosen: list[tuple[int, int, int]] = []
    for some in _nearest_first(around, needed):
        chosen += _ordered(viewer, condition, some, wanted, needed)
        if len(chosen) >= needed:
            break
    shown = chosen[(number - 1) * PAGE : number * PAGE]
    more = len(chosen) > number * PAGE
    return Page(_families(viewer, shown, around), number, is_last=not more or number == MOST_PAGES, is_cut=more and number == MOST_PAGES)


def page_of_area(viewer: Member, condition: Condition, area: str, wanted: Wanted, number: int) -> Page:
    """Return a page of who is shown in a country ("FR") or a region ("FR.11") and no finer, without the viewer; in the order of page_of.

    Whoever is shown more finely stands on the finer list. At most four queries.
    """
    here = Q(precision=Precision.REGION, region=area) if is_region(area) else Q(precision=Precision.COUNTRY, country=area)
    members = _visible(viewer, condition, wanted).filter(here).order_by().values_list("member", flat=True)
    needed, key = number * PAGE + 1, _day_key(timezone.localdate())
    chosen = [(0, member, None) for _digest, member in nsmallest(needed, ((hmac.digest(key, str(one).encode(), "sha256"), one) for one in members))]
    more = len(chosen) > number * PAGE
    families = _families(viewer, chosen[(number - 1) * PAGE : number * PAGE], [Ring(BANDS[0], [], 0)], here)
    return Page(families, number, is_last=not more or number == MOST_PAGES, is_cut=more and number == MOST_PAGES)


def _nearest_first(around: Sequence[Ring], needed: int) -> Iterable[list[tuple[int, Ring]]]:
    """Give the rings in two parts at most: the nearest that hold enough and some to spare, and the others."""
    numbered = list(enumerate(around))
    total = 0
    for index, ring in numbered:
        total += ring.n
        if total >= _AT_FIRST * needed:
            yield numbered[: index + 1]
            if numbered[index + 1 :]:
                yield numbered[index + 1 :]
            return
    if numbered:
        yield numbered


def _ordered(viewer: Member, condition: Condition, some: Sequence[tuple[int, Ring]], wanted: Wanted, needed: int) -> list[tuple[int, int, int]]:
    """Return the first of who stands there as (ring, member, place). One query."""
    ring_of = {place: index for index, ring in some for place in ring.places}
    rows = _visible(viewer, condition, wanted).filter(place__in=ring_of).order_by().values_list("member", "place")
    key = _day_key(timezone.localdate())
    keyed = ((ring_of[place], hmac.digest(key, str(member).encode(), "sha256"), member, place) for member, place in rows)
    return [(ring, member, place) for ring, _digest, member, place in nsmallest(needed, keyed)]


def _day_key(day: date) -> bytes:
    return salted_hmac("soulmates.nearby", day.isoformat(), algorithm="sha256").digest()


def _visible(viewer: Member, condition: Condition, wanted: Wanted) -> QuerySet[MemberLocation]:
    """Return the locations of whom the viewer may see, themselves left out, narrowed to what these members show them."""
    found = MemberLocation.objects.visible_to(viewer.user).filter(condition=condition).exclude(member=viewer)
    healthy = Exists(_health_consents().filter(member=OuterRef("member")))
    if wanted.role:
        found = found.filter(healthy, member__role=wanted.role, member__role_visibility=Visibility.MEMBERS)
    if wanted.age:
        theirs = Guardian.objects.filter(member=OuterRef("member"), level__in=MAY_CHANGE, patient__age_band=wanted.age)
        found = found.filter(healthy, Exists(theirs), member__patients_visibility=Visibility.MEMBERS)
    if wanted.language:
        written = Cast("member__languages", TextField())  # a list of codes: neither database looks into it in the other's way
        found = found.annotate(written=written).filter(written__contains=f'"{wanted.language}"', member__languages_visibility=Visibility.MEMBERS)
    return found


def _health_consents() -> QuerySet[Consent]:
    """Return the consents on which role and patients rest."""
    return Consent.objects.filter(purpose=Purpose.HEALTH, withdrawn_at=None, version=consents.TEXTS[Purpose.HEALTH].version)


def _families(viewer: Member, chosen: Sequence[tuple[int, int, int | None]], around: Sequence[Ring], here: Q | None = None) -> list[Family]:
    """Fetch those who were chosen, in their order, with what each shows. here: how they have to be shown, still. Three queries."""
    numbers = [member for _ring, member, _place in chosen]
    if not numbers:
        return []
    # Through visible_to again: what was chosen a moment ago may be hidden now.
    found = MemberLocation.objects.visible_to(viewer.user).filter(here or Q(), member__in=numbers).select_related("member__user", "place__region")
    at = {location.member_id: location for location in found}
    healthy = set(_health_consents().filter(member__in=numbers).values_list("member", flat=True))
    ages: dict[int, list[Somebody]] = {}
    of_them = Guardian.objects.filter(member__in=numbers, level__in=MAY_CHANGE).order_by("patient__created_at", "patient")
    for member, age_band in of_them.values_list("member", "patient__age_band"):
        ages.setdefault(member, []).append(Somebody(age_band))

    def shows(member: Member, field: str) -> bool:
        return member.shows(field, viewer) and (field not in RESTS_ON_HEALTH or member.pk in healthy)

    return [
        Family(
            member=member,
            place=at[number].place,
            band=around[ring].band,
            role=member.get_role_display() if member.role and shows(member, "role") else "",
            languages=member.language_names if shows(member, "languages") else [],
            patients=ages.get(number, []) if shows(member, "patients") else [],
            picture=shows(member, "picture"),
        )
        for ring, number, place in chosen
        if number in at and at[number].place_id == place
        for member in [at[number].member]
    ]


def _of_counts(condition: Q) -> Q:
    """Return a condition on Place as one on PlaceCount, whose own copy of the cell stands in its index."""
    children = [
        _of_counts(child) if isinstance(child, Q) else (child[0] if child[0].startswith("cell") else f"place__{child[0]}", child[1])
        for child in condition.children
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)
