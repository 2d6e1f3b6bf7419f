"""Members on the map, written straight into the tables, counters with them: quicker than the pages on which members choose."""

from conditions.models.condition import Condition
from members.consents import TEXTS
from members.models.consent import Consent, Purpose
from members.models.member import Member
from soulmates.actions.cells import count_in
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.models.place import Place, Region
from tests.factories import UserFactory


def on_the_map(*purposes: str, **fields) -> Member:
    """Return an adult with a confirmed address who agrees to the map (and to more). fields: of the member. Shown nowhere yet."""
    member = UserFactory().member
    member.user.emailaddress_set.create(email=member.user.email, verified=True, primary=True)
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()
    for purpose in (Purpose.MAP, *purposes):
        Consent.objects.create(member=member, purpose=purpose, version=TEXTS[purpose].version, text_hash="", language="en", form="test")
    return member


def member_at(condition: Condition, place: int, *purposes: str, member: Member | None = None, **fields) -> Member:
    """Return a member who is shown at a public place."""
    member = member or on_the_map(*purposes, **fields)
    there = Place.objects.get(pk=place)
    shown = {"country": there.country.code, "region_id": there.region_id, "place": there, "lat": there.lat, "lng": there.lng, "cell": there.cell}
    return _shown(member, condition, Precision.TOWN, **shown)


def member_in(condition: Condition, area: str, *purposes: str, member: Member | None = None, **fields) -> Member:
    """Return a member who is shown in a country ("FR") or a region ("FR.11") only."""
    member = member or on_the_map(*purposes, **fields)
    if "." in area:
        return _shown(member, condition, Precision.REGION, country=area[:2], region=Region.objects.get(pk=area))
    return _shown(member, condition, Precision.COUNTRY, country=area)


def _shown(member: Member, condition: Condition, precision: int, **fields) -> Member:
    location = MemberLocation.objects.create(member=member, condition=condition, precision=precision, counted=True, **fields)
    count_in(location)
    return member


def many_at(condition: Condition, area: str, number: int) -> list[Member]:
    """Return so many members who are shown in a country or region."""
    return [member_in(condition, area) for _number in range(number)]
