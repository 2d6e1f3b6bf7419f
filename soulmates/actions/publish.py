"""Build what visitors see of the map: once a week, from all who are shown, as one set that names nobody."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from conditions.models.condition import Condition
from soulmates import publishing
from soulmates.countries import country_points
from soulmates.models.location import MemberLocation, PublishedMap
from soulmates.models.place import Region

APART = timedelta(days=6, hours=22)  # a week, less what a daily job may be early; closer together they would tell on which day somebody joined
_KEPT = 2  # builds: what is shown, and what the next one compares with


def due(condition: Condition, now: datetime) -> bool:
    """Return whether it is time for a new build. One query."""
    return not PublishedMap.objects.filter(condition=condition, made_at__gt=now - APART).exists()


@transaction.atomic
def publish(condition: Condition, now: datetime) -> PublishedMap:
    """Build the visitors' set of a condition and return it; within APART of the last build that one is returned as it is.

    An area is shown from its second build on in which it is large enough, so the first build of a site shows nothing.
    """
    Condition.objects.select_for_update(no_key=True).get(pk=condition.pk)  # two runs at once would count as two builds
    newest = PublishedMap.objects.filter(condition=condition).first()
    if newest and not due(condition, now):
        return newest
    k = settings.MAP_K
    published = publishing.publish(counts_of(condition), k=k, reached_before=newest.reached if newest else ())
    text = publishing.units(published, k=k, points=_points(published.shown))
    build = PublishedMap.objects.create(condition=condition, made_at=now, units=text, digest=publishing.digest(text), reached=list(published.reached))
    kept = PublishedMap.objects.filter(condition=condition).values_list("pk", flat=True)[:_KEPT]
    PublishedMap.objects.filter(condition=condition).exclude(pk__in=list(kept)).delete()
    return build


def publish_due() -> str:
    """Build what is due, for the weekly job; return a few words for the record."""
    now = timezone.now()
    built = [publish(condition, now) for condition in Condition.objects.all() if due(condition, now)]
    return f"{len(built)} maps published"


def counts_of(condition: Condition) -> dict[str, int]:
    """Return how many members are shown in each country and each region, asked of the locations themselves. One query."""
    rows = MemberLocation.objects.shown().filter(condition=condition)
    counts: dict[str, int] = {}
    for country, region, n in rows.order_by().values_list("country", "region").annotate(n=Count("pk")):
        for area in (country, region):
            if area:
                counts[area] = counts.get(area, 0) + n
    return counts


def _points(areas: Collection[str]) -> dict[str, tuple[float, float]]:
    """Return the points of areas: a country's from the base map, else the middle of its regions; a region's from the gazetteer."""
    known = country_points()
    nameless = [area for area in areas if not publishing.is_region(area) and area not in known]
    regions = Region.objects.filter(Q(pk__in=[area for area in areas if publishing.is_region(area)]) | Q(country__in=nameless))
    points = {code: (lat, lng) for code, lat, lng in regions.values_list("code", "lat", "lng")}
    for country in nameless:
        inside = [point for code, point in points.items() if publishing.country_of(code) == country]
        if inside:
            points[country] = (sum(lat for lat, _lng in inside) / len(inside), sum(lng for _lat, lng in inside) / len(inside))
    return {**known, **points}
