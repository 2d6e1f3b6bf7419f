"""Outlines of land for the still map, drawn once from the base map, and where a point falls on it. Pure: no ORM, no request."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A part of the world, equirectangular: degrees at its edges, and the size of its drawing in units without meaning."""

    name: str
    west: float
    east: float
    north: float
    south: float
    width: int
    height: int

    def share(self, lat: float, lng: float) -> Point:
        """Return how far from the left and from the top a point lies, as shares of the whole; outside of 0..1 it is not in the frame."""
        return (lng - self.west) / (self.east - self.west), (self.north - lat) / (self.north - self.south)

    def holds(self, lat: float, lng: float) -> bool:
        """Return whether a point lies in the frame."""
        return self.south <= lat <= self.north and self.west <= lng <= self.east


# The height is more than the degrees ask for: land looks about as it does on the map that moves.
WORLD = Frame("world", -180, 180, 78, -56, 1000, 465)
EUROPE = Frame("europe", -14, 34, 60, 36, 1000, 750)  # crowded on the world's map, so it has one of its own
FRAMES = {frame.name: frame for frame in (WORLD, EUROPE)}


def rings(geometry: dict) -> Iterator[list[Point]]:
    """Give every ring of a GeoJSON polygon or several, as (lng, lat) points."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(lng, lat) for lng, lat, *_height in ring]


def clipped(ring: list[Point], frame: Frame) -> list[Point]:
    """Return what of a closed ring lies in the frame, by Sutherland and Hodgman; empty when nothing does. The ring comes back open."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    for axis, edge, sign in ((0, frame.west, 1), (0, frame.east, -1), (1, frame.south, 1), (1, frame.north, -1)):
        kept: list[Point] = []
        for before, here in pairwise([points[-1], *points] if points else []):
            was_in, is_in = (sign * before[axis] >= sign * edge), (sign * here[axis] >= sign * edge)
            if was_in != is_in:
                part = (edge - before[axis]) / (here[axis] - before[axis])
                kept.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
            if is_in:
                kept.append(here)
        points = kept
    return points


def path(geometries: Iterable[dict], frame: Frame) -> str:
    """Return an SVG path of everything in the frame: whole numbers, each step from the last point, specks left out."""
    parts = []
    for geometry in geometries:
        for ring in rings(geometry):
            points = _without_steps_in_line(_rounded(clipped(ring, frame), frame))
            if len(points) < 3 or abs(_area(points)) < 2:
                continue
            steps = " ".join(f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in pairwise(points))
            parts.append(f"M{points[0][0]} {points[0][1]}l{steps}z".replace(" -", "-"))
    return "".join(parts)


def _rounded(points: list[Point], frame: Frame) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for lng, lat in points:
        x, y = frame.share(lat, lng)
        point = (round(x * frame.width), round(y * frame.height))
        if not found or found[-1] != point:
            found.append(point)
    if len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def _without_steps_in_line(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out points that lie on the way from the one before to the one after."""
    kept: list[tuple[int, int]] = []
    for index, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = kept[-1] if kept else points[index - 1], points[(index + 1) % len(points)]
        if (x - ax) * (by - ay) != (y - ay) * (bx - ax):
            kept.append((x, y))
    return kept


def _area(points: list[tuple[int, int]]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*points, points[0]])) / 2
