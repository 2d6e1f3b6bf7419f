"""Where members are shown, never where they live: public places, and what is counted from them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_countries.fields import CountryField

from members.consents import TEXTS
from members.models.choices import AgeBand
from members.models.consent import Consent, Purpose
from members.models.member import Member
from soulmates.models.choices import Precision
from soulmates.models.place import Place, Region


class MemberLocationQuerySet(models.QuerySet):
    """Places of members as others may know of them."""

    def shown(self):
        """Keep those of members who are here, are adults, and agree to be shown, to the words as they are now."""
        yes = Consent.objects.filter(member=OuterRef("member"), purpose=Purpose.MAP, version=TEXTS[Purpose.MAP].version, withdrawn_at=None)
        return self.filter(
            Exists(yes),
            member__joined_at__isnull=False,
            member__suspended_at=None,
            member__leaving_at=None,
            member__user__is_active=True,
            member__age_band=AgeBand.ADULT,
        )

    def visible_to(self, user):
        """Keep those that this person may meet, their own among them; blocks either way left out. Whether they may look at all says `looking`."""
        if not user.is_authenticated:
            return self.none()
        me = user.member
        return self.shown().exclude(member__in=me.blocks_given.values("blocked")).exclude(member__in=me.blocks_got.values("blocker"))


class MemberLocation(models.Model):
    """A member on the map; hidden is no row. Fields finer than `precision` are empty. No time stands here: it would date a newcomer.

    lat, lng: copies of the public place's point. cell: its Morton number at zoom 12. condition: on whose map.
    sure: a town area was confirmed although the member looks after a child. lowered: we made it a country, since a child came and that is missing.
    counted: whether AreaCount, PlaceCount and MapCell hold this row now (consent, standing); changed together with them.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="location")
    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    precision = models.PositiveSmallIntegerField(choices=Precision)
    country = CountryField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="locations")
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)
    sure = models.BooleanField(default=False)
    lowered = models.BooleanField(default=False)
    counted = models.BooleanField(default=False)

    objects = MemberLocationQuerySet.as_manager()

    class Meta:
        """No finer than the member chose, on every path."""

        indexes = [models.Index(fields=["condition", "country", "region"], name="soulmates_location_by_area")]
        constraints = [
            models.CheckConstraint(
                name="soulmates_location_precision",
                condition=(
                    Q(precision=Precision.COUNTRY, region=None, place=None, lat=None, lng=None, cell=None)
                    | Q(precision=Precision.REGION, region__isnull=False, place=None, lat=None, lng=None, cell=None)
                    | Q(precision=Precision.TOWN, region__isnull=False, place__isnull=False, lat__isnull=False, lng__isnull=False, cell__isnull=False)
                )
                & ~Q(country=""),
            ),
            models.CheckConstraint(
                name="soulmates_location_child",
                condition=Q(sure=False, lowered=False) | Q(precision=Precision.TOWN, lowered=False) | Q(precision=Precision.COUNTRY, sure=False),
            ),
        ]

    def __str__(self):
        """Return nothing that says where."""
        return f"location {self.pk}"

    def no_finer_than(self, precision: int) -> "MemberLocation":
        """Return this location as it is shown at a precision: itself, or a coarser copy that is never saved. Its region has to be at hand."""
        if self.precision <= precision:
            return self
        region = self.region if precision == Precision.REGION else None
        return MemberLocation(member_id=self.member_id, condition_id=self.condition_id, precision=precision, country=self.country, region=region)


class AreaCount(models.Model):
    """How many counted members are shown in a country or region, however precisely. area: the country's two letters, or the region's code."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    area = models.CharField(max_length=24)
    n = models.PositiveIntegerField()

    class Meta:
        """One row an area, and never empty."""

        constraints = [
            models.UniqueConstraint(fields=["condition", "area"], name="soulmates_areacount_once"),
            models.CheckConstraint(name="soulmates_areacount_not_empty", condition=Q(n__gte=1)),
        ]

    def __str__(self):
        """Return the area."""
        return self.area


class PlaceCount(models.Model):
    """How many counted members stand at a public place. cell: the place's, for ranges."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    cell = models.BigIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        """One row a place, and never empty; found by cell."""

        constraints = [
            models.UniqueConstraint(fields=["condition", "place"], name="soulmates_placecount_once"),
            models.CheckConstraint(name="soulmates_placecount_not_empty", condition=Q(n__gte=1)),
        ]
        indexes = [models.Index(fields=["condition", "cell"], name="soulmates_placecount_by_cell")]

    def __str__(self):
        """Return the place's number."""
        return str(self.place_id)


class MapCell(models.Model):
    """How many counted members stand in one square of the world grid. z: zoom of the grid, 2 to 11; x, y: its column and row.

    lat_sum, lng_sum: sums of the public places' coordinates in 1/100,000 degree, whole numbers, so that the mean never drifts.
    place: the only place in it, or None where there are several.
    """

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    z = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    lat_sum = models.BigIntegerField()
    lng_sum = models.BigIntegerField()
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """A square stands once, and never empty."""

        constraints = [
            models.UniqueConstraint(fields=["condition", "z", "x", "y"], name="soulmates_cell_once"),
            models.CheckConstraint(name="soulmates_cell_not_empty", condition=Q(n__gte=1)),
        ]

    def __str__(self):
        """Return the square."""
        return f"{self.z}/{self.x}/{self.y}"


class PublishedMap(models.Model):
    """What visitors see of a condition's map, built weekly. units: the JSON that is served, byte for byte. digest: of it, in its address.

    reached: codes of the countries and regions that had enough members in this build, shown or not; a newcomer is shown after two.
    """

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=32)
    units = models.TextField()
    reached = models.JSONField(default=list)

    class Meta:
        """The newest first."""

        ordering = ["-made_at", "-pk"]

    def __str__(self):
        """Return the digest."""
        return self.digest
