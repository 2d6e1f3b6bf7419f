"""The gazetteer, made from GeoNames (CC BY 4.0): regions, places and their names. Only the importer writes coordinates."""

from django.db import models
from django_countries.fields import CountryField


class Region(models.Model):
    """A first-level division of a country. code: "CC.A1". lat, lng: degrees of a point inside it, for its label."""

    code = models.CharField(max_length=24, primary_key=True)
    country = CountryField()
    name = models.CharField(max_length=120)
    lat = models.FloatField()
    lng = models.FloatField()

    class Meta:
        """By name within a country."""

        indexes = [models.Index(fields=["country", "name"], name="soulmates_region_by_country")]

    def __str__(self):
        """Return the name."""
        return self.name


class Place(models.Model):
    """A town. Its id is GeoNames'. population: people. lat, lng: degrees.

    public_place: itself with 20,000 inhabitants or more, else the nearest such place of the country within 60 km, else None; only a public
    place is ever stored or shown for a member. cell: Morton number of the point at zoom 12.
    """

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    country = CountryField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    lat = models.FloatField()
    lng = models.FloatField()
    population = models.PositiveIntegerField()
    public_place = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    cell = models.BigIntegerField()

    class Meta:
        """Found by region for lists, by cell for nearness."""

        indexes = [
            models.Index(fields=["region", "name"], name="soulmates_place_by_region"),
            models.Index(fields=["cell"], name="soulmates_place_by_cell"),
        ]

    def __str__(self):
        """Return the name."""
        return self.name

    @property
    def is_public(self):
        """Return whether it may be stored and shown for a member."""
        return self.public_place_id == self.pk


class PlaceName(models.Model):
    """One name of a place in any language. folded: see places.fold. population: the place's, for the order."""

    folded = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    population = models.PositiveIntegerField()
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")

    class Meta:
        """Found by the start of the folded name, the largest first. Migration 0002 makes PostgreSQL order it by code points, as SQLite does."""

        indexes = [models.Index(fields=["folded", "-population", "place"], name="soulmates_placename_lookup")]

    def __str__(self):
        """Return the name."""
        return self.name


class PlacePrefix(models.Model):
    """The best places for a beginning that very many names share, worked out at import: one letter, two, often three, some words ("saint").

    country: two letters, or "" for the whole world. rank: from 0. A beginning that is not here is shared by few names: those are read.
    """

    prefix = models.CharField(max_length=12)
    country = models.CharField(max_length=2, blank=True)
    rank = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        """One place a rank."""

        constraints = [models.UniqueConstraint(fields=["prefix", "country", "rank"], name="soulmates_prefix_rank")]

    def __str__(self):
        """Return the letters."""
        return self.prefix


class Gazetteer(models.Model):
    """Which gazetteer is loaded: one row. digest: of its content. named: what to call it. loaded_at: since when."""

    digest = models.CharField(max_length=64)
    named = models.CharField(max_length=120)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        """Return what to call it."""
        return self.named
