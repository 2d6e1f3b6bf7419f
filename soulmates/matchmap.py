"""A member's matches as a layer of the map: each where they chose to be shown, no finer, and no finer than the member is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soulmates.atlas import country_name
from soulmates.countries import country_points
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.ranking import Match, top
from soulmates.sides import Side

KINDS = {Precision.TOWN: "place", Precision.REGION: "region", Precision.COUNTRY: "country"}


@dataclass(frozen=True)
class Pin:
    """A match who is shown on the map. Without a town it is a badge with a name, never a pin."""

    match: Match
    location: MemberLocation

    @property
    def kind(self) -> str:
        """Return how precisely: "place", "region" or "country"."""
        return KINDS[Precision(self.location.precision)]

    @property
    def name(self) -> str:
        """Return the name of the town or region, which is the database's; "" for a country."""
        return str(self.location.place or self.location.region or "")

    @property
    def country(self) -> str:
        """Return the country's name."""
        return country_name(self.location.country.code)

    @property
    def entry(self) -> str:
        """Return the id of its line on the page."""
        return f"match-{self.match.patient.public_id}"

    def for_script(self) -> dict[str, Any]:
        """Return what the live map draws. A country without a point on the base map has only its line."""
        lat, lng = self._point()
        where = f"{self.name}, {self.country}" if self.name else self.country
        return {"lat": lat, "lng": lng, "name": self.match.member.pseudonym, "where": where, "kind": self.kind, "entry": self.entry}

    @property
    def has_point(self) -> bool:
        """Return whether the map knows where to draw it."""
        return self._point() != (None, None)

    def _point(self) -> tuple[float | None, float | None]:
        if self.location.precision == Precision.TOWN:
            return self.location.lat, self.location.lng
        if self.location.region:
            return self.location.region.lat, self.location.region.lng
        return country_points().get(self.location.country.code, (None, None))


def matches_on_the_map(side: Side) -> Sequence[Pin]:
    """Return the closest matches of a side who are shown anywhere, the closest first; none where its member is hidden. Six queries at most."""
    if not side.precision:
        return []
    member = side.guardian.member
    matches = top(side.patient, member).matches
    found = MemberLocation.objects.visible_to(member.user).filter(member__in=[match.member.pk for match in matches])
    where = {location.member_id: location for location in found.select_related("place", "region")}
    return [Pin(match, where[match.member.pk].no_finer_than(side.precision)) for match in matches if match.member.pk in where]
