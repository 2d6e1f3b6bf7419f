"""The fixed grid of the world, and the words for how many: pure, no database.

A square of zoom z is one of 2^z by 2^z squares of the web's usual projection (Mercator); x counts from the west, y from the north. The
squares of a map at zoom z are 64 pixels wide, which is zoom z + 2. A Morton number interleaves the bits of x and y, so that the parent of
a square is its number shifted right by 2, and what lies in a square is one range of numbers.
"""

import math
from bisect import bisect_right

PLACE_ZOOM = 12  # of the numbers kept with places
MAP_ZOOMS = range(10)  # what the map can show
GRID_STEP = 2  # a tile is four squares wide
GRID_ZOOMS = range(MAP_ZOOMS.start + GRID_STEP, MAP_ZOOMS.stop + GRID_STEP)  # of MapCell
TILES_ACROSS = 8  # that one answer may span, each way
DEGREE = 100_000  # sums of coordinates are whole numbers of 1/100,000 degree
_EDGE = 85.051128779806  # where the projection ends, degrees of latitude
_FLOORS = (1, 5, *(step * 10**power for power in range(1, 10) for step in (1, 2, 5)))
_LABELS = tuple(f"{floor}+" for floor in _FLOORS)


def cell_of(lat: float, lng: float, z: int = PLACE_ZOOM) -> tuple[int, int]:
    """Return column and row of the square that holds a point. lat, lng: degrees. The square of a lower zoom holds the squares of all higher."""
    side = 1 << z
    sine = math.sin(math.radians(min(max(lat, -_EDGE), _EDGE)))
    x = (lng + 180) / 360
    y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return min(max(math.floor(x * side), 0), side - 1), min(max(math.floor(y * side), 0), side - 1)


def morton(lat: float, lng: float, z: int = PLACE_ZOOM) -> int:
    """Return the Morton number of the square that holds a point. lat, lng: degrees."""
    return interleave(*cell_of(lat, lng, z))


def interleave(x: int, y: int) -> int:
    """Return the Morton number of a column and a row; y gives the higher bit of each pair."""
    return _spread(x) | (_spread(y) << 1)


def separate(number: int) -> tuple[int, int]:
    """Return column and row of a Morton number."""
    return _gather(number), _gather(number >> 1)


def number_in(number: int, z: int) -> int:
    """Return the Morton number, at zoom z, of the square that holds a square of PLACE_ZOOM."""
    return number >> 2 * (PLACE_ZOOM - z)


def square_in(number: int, z: int) -> tuple[int, int]:
    """Return column and row, at zoom z, of the square that holds a square of PLACE_ZOOM."""
    return separate(number_in(number, z))


def numbers_in(x: int, y: int, z: int) -> tuple[int, int]:
    """Return the first and the last Morton number of PLACE_ZOOM inside a square of zoom z."""
    shift = 2 * (PLACE_ZOOM - z)
    first = interleave(x, y) << shift
    return first, first + (1 << shift) - 1


def bounds_of(first: int, last: int) -> tuple[int, int]:
    """Return the first and the last square of the grid across the tiles `first` to `last` (of one direction, at any zoom)."""
    return first << GRID_STEP, (last << GRID_STEP) + (1 << GRID_STEP) - 1


def in_parts(degrees: float) -> int:
    """Return degrees as whole parts of DEGREE: what is summed."""
    return round(degrees * DEGREE)


def hundredths(total: int, n: int) -> int:
    """Return the mean of n coordinates whose parts sum to total, in whole hundredths of a degree."""
    return round(total / (n * DEGREE / 100))


def bucket_floor(n: int) -> int:
    """Return the largest of 1, 5, 10, 20, 50, 100, 200, 500, ... that n reaches. n: at least 1."""
    return _FLOORS[bisect_right(_FLOORS, n) - 1]


def bucket(n: int) -> str:
    """Return how many as people and the map see it: "1+", "5+", "10+", "20+", "50+", ..."""
    return _LABELS[bisect_right(_FLOORS, n) - 1]


def _spread(number: int) -> int:
    """Put a zero before each of the 32 bits."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def _gather(number: int) -> int:
    """Take every second bit: the way back from _spread."""
    number &= 0x5555555555555555
    number = (number | number >> 1) & 0x3333333333333333
    number = (number | number >> 2) & 0x0F0F0F0F0F0F0F0F
    number = (number | number >> 4) & 0x00FF00FF00FF00FF
    number = (number | number >> 8) & 0x0000FFFF0000FFFF
    return (number | number >> 16) & 0x00000000FFFFFFFF
