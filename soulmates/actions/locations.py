"""How a member appears on the map: written, made coarser, taken away; and the counters of the map with it, in one transaction."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django_countries import countries

from conditions.models.condition import Condition
from members import consents
from members.models.choices import PatientAge
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Patient
from soulmates.actions import profiles
from soulmates.actions.cells import count_in, count_out
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.models.place import Place, Region

_WHERE = ("condition_id", "precision", "country", "region_id", "place_id", "lat", "lng", "cell")


class LocationRefused(ValueError):
    """The member may not appear so; the message says why, for people."""


def cares_for_a_child(member: Member) -> bool:
    """Return whether one of the records that a member looks after is of somebody under 18: then the map is stricter. One query."""
    return Patient.objects.filter(guardians__member=member, age_band__in=PatientAge.under_18()).exists()


def set_location(
    *, member: Member, precision: int, country: str = "", region: Region | None = None, place: Place | None = None, sure: bool = False
) -> MemberLocation:
    """Write down how a member appears; what was finer before is overwritten. country: two letters. place: a public place.

    sure: the second yes, without which nobody who looks after a child is shown at a town.

    What the precision does not hold is left out, and what it holds may be taken from the finer one: a place names its region and country.
    Raises LocationRefused without the consents, under 18, for what does not belong together, and for what a new gazetteer has just taken out.
    """
    try:
        return _set_location(member, precision, country, region, place, sure)
    except IntegrityError:  # PostgreSQL looks at foreign keys at the commit: the place went while we wrote
        raise LocationRefused(_gone()) from None


@transaction.atomic
def _set_location(member: Member, precision: int, country: str, region: Region | None, place: Place | None, sure: bool) -> MemberLocation:
    member = _locked(member)
    if not member.is_adult:
        raise LocationRefused(gettext("The map opens when you are 18."))
    if not consents.holds(member, Purpose.MAP):
        raise LocationRefused(gettext("This needs your consent to be shown on the map first."))
    where = _where(precision, country, *_as_they_are(region, place))
    child = precision == Precision.TOWN and cares_for_a_child(member)
    if child and not sure:
        raise LocationRefused(gettext("You look after somebody under 18: say first that you are sure, or choose country or region."))
    old = MemberLocation.objects.filter(member=member).first()
    new = MemberLocation(member=member, condition=_condition(member), counted=member.is_present, sure=child, **where)
    if old and all(getattr(old, name) == getattr(new, name) for name in (*_WHERE, "sure", "lowered", "counted")):
        return old
    new.pk = old.pk if old else None
    if old and old.counted:
        count_out(old)
    new.save()
    if new.counted:
        count_in(new)
    if (old.place_id if old else None) != new.place_id:
        profiles.refresh_member(member)
    return new


def _gone() -> str:
    return gettext("This place has just left our list. Choose another one.")


def _as_they_are(region: Region | None, place: Place | None) -> tuple[Region | None, Place | None]:
    """Return region and place as the gazetteer of now has them: a page may have been open for long. Raises LocationRefused for what is gone."""
    if place is not None:
        place = Place.objects.select_related("region").filter(pk=place.pk).first()
        if place is None:
            raise LocationRefused(_gone())
    elif region is not None:
        region = Region.objects.filter(pk=region.pk).first()
        if region is None:
            raise LocationRefused(_gone())
    return region, place


def _where(precision: int, country: str, region: Region | None, place: Place | None) -> dict[str, object]:
    """Return the fields of a location, no finer than the precision. Raises LocationRefused for what does not belong together."""
    if precision not in Precision.values:
        raise LocationRefused(gettext("Choose how you want to appear."))
    if place is not None:
        if not place.is_public or place.region is None:
            raise LocationRefused(gettext("This place is too small to be shown. Choose a larger one, or your region."))
        if (region or place.region) != place.region:
            raise LocationRefused(gettext("This place lies in another region. Choose again."))
        region = place.region
    if region is not None:
        if (country or str(region.country)) != str(region.country):
            raise LocationRefused(gettext("This region lies in another country. Choose again."))
        country = str(region.country)
    if country not in countries:
        raise LocationRefused(gettext("Choose a country."))
    if precision >= Precision.REGION and region is None:
        raise LocationRefused(gettext("Choose a region."))
    if precision == Precision.TOWN and place is None:
        raise LocationRefused(gettext("Choose a town."))
    town = place if precision == Precision.TOWN else None
    return {
        "precision": Precision(precision),
        "country": country,
        "region": region if precision >= Precision.REGION else None,
        "place": town,
        "lat": town and town.lat,
        "lng": town and town.lng,
        "cell": town and town.cell,
    }


def _condition(member: Member) -> Condition:
    """Return on whose map a member appears: that of the first record they look after, else the site's first condition."""
    found = Condition.objects.filter(pk__in=Patient.objects.filter(guardians__member=member).order_by("created_at", "pk").values("condition")[:1])
    first = found.first() or Condition.objects.order_by("order", "slug").first()
    if first is None:
        raise LocationRefused(gettext("There is no map yet."))
    return first


def _locked(member: Member) -> Member:
    """Return the member as they are now; two changes of one member's place come one after the other. Locks: member, counters, matching."""
    return Member.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=member.pk)


@transaction.atomic
def hide(*, member: Member) -> bool:
    """Take a member off the map: the row goes at once, and with it where they were. Return whether there was one."""
    member = _locked(member)
    location = MemberLocation.objects.filter(member=member).first()
    if location is None:
        return False
    if location.counted:
        count_out(location)
    location.delete()
    if location.place_id:
        profiles.refresh_member(member)
    return True


@transaction.atomic
def refresh_member(member: Member) -> None:
    """Count a member in or out after a consent, their standing or their records changed. Without any consent to the map the row goes.

    Who has come to look after a child since, and has not said to be sure, is shown in the country only: the order of steps opens no way around.
    A consent to older words, or a suspension, only pauses: the row waits, uncounted and shown to nobody.
    """
    member = _locked(member)
    location = MemberLocation.objects.filter(member=member).first()
    if location is None:
        return
    if Purpose.MAP not in consents.standing(member):
        hide(member=member)
        return
    if location.precision == Precision.TOWN and not location.sure and cares_for_a_child(member):
        _lower_to_country(location)
    shown = MemberLocation.objects.shown().filter(pk=location.pk).exists()
    if shown == location.counted:
        return
    if location.counted:
        count_out(location)
    location.counted = shown
    location.save(update_fields=["counted"])
    if shown:
        count_in(location)


def _lower_to_country(location: MemberLocation) -> None:
    """Make a town area a country, and keep that it was us: the pages about the map say so until the member chooses again."""
    if location.counted:
        count_out(location)
    location.precision, location.lowered = Precision.COUNTRY, True
    location.region = location.place = location.lat = location.lng = location.cell = None
    location.save()
    if location.counted:
        count_in(location)
    profiles.refresh_member(location.member)
