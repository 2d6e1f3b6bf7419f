"""Where the demonstration's members are shown: towns by their population, some by region or country only, some not at all."""

from random import Random

from django.db.models import F

from members import consents
from members.models.consent import Purpose
from members.models.member import Member
from oms_community.demo.people import Person
from soulmates.actions import locations
from soulmates.models.choices import Precision
from soulmates.models.place import Place, Region

HIDDEN = 0.08  # of those who agreed to the map: they only look
PRECISIONS = {Precision.TOWN: 55, Precision.REGION: 20, Precision.COUNTRY: 25}
LARGEST = 60  # towns of a country that are drawn from


def write(persons: list[Person], rng: Random) -> int:
    """Put those who agreed on the map who are not there yet; return how many. Nothing without a gazetteer."""
    members = {
        member.user.email: member
        for member in Member.objects.filter(user__is_demo=True, location=None, consents__purpose=Purpose.MAP, consents__withdrawn_at=None)
        .select_related("user")
        .distinct()
    }
    towns: dict[str, list[Place]] = {}
    count = 0
    for person in persons:
        precision = rng.choices(list(PRECISIONS), list(PRECISIONS.values()))[0]
        hidden, draw = rng.random() < HIDDEN, rng.random()
        member = members.get(person.email)
        if member is None or not consents.holds(member, Purpose.MAP):
            continue
        if person.country not in towns:
            found = Place.objects.filter(country=person.country, public_place=F("pk"), region__isnull=False).order_by("-population", "pk")
            towns[person.country] = list(found.select_related("region")[:LARGEST])
        if hidden or not towns[person.country]:
            continue
        _show(member, precision, _by_population(towns[person.country], draw))
        count += 1
    return count


def _by_population(towns: list[Place], draw: float) -> Place:
    """Return the town at a share (0..1) of all their people."""
    left = draw * sum(town.population for town in towns)
    for town in towns:
        left -= town.population
        if left <= 0:
            return town
    return towns[-1]


def _show(member: Member, precision: int, town: Place) -> None:
    region: Region | None = town.region if precision >= Precision.REGION else None
    locations.set_location(
        member=member,
        precision=precision,
        country=str(town.country),
        region=region,
        place=town if precision == Precision.TOWN else None,
        sure=True,
    )
