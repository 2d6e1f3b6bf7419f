"""A made gazetteer of some 200 places: `load()` puts it into the database as the real one is put there.

Coordinates are near the truth where a place bears a real name, so that distances mean something. Each country has regions with a large
town, towns, and small places that stand for it; some places have no public place; two lie on either side of the date line.
"""

from soulmates import gazetteer
from soulmates.actions.gazetteer import load as _load
from soulmates.places import Point, public_places

# Public places, by their number.
LYON, VILLEURBANNE, GRENOBLE, PARIS, MARSEILLE = 101, 102, 103, 104, 105
BERLIN, POTSDAM, COTTBUS, MUNICH = 201, 202, 203, 204
LONDON, BRISTOL, BATH, CARDIFF = 301, 302, 303, 304
NEW_YORK, YONKERS, LOS_ANGELES, PARIS_TEXAS = 401, 402, 403, 404
ISTANBUL, IZMIR, DIYARBAKIR = 501, 502, 503
TOKYO, YOKOHAMA = 601, 602
SUVA, LABASA = 701, 702
SINGAPORE = 801
SAO_PAULO, CAMPINAS = 901, 902
PUBLIC = [
    *(LYON, VILLEURBANNE, GRENOBLE, PARIS, MARSEILLE, BERLIN, POTSDAM, COTTBUS, MUNICH, LONDON, BRISTOL, BATH, CARDIFF, NEW_YORK, YONKERS),
    *(LOS_ANGELES, PARIS_TEXAS, ISTANBUL, IZMIR, DIYARBAKIR, TOKYO, YOKOHAMA, SUVA, LABASA, SINGAPORE, SAO_PAULO, CAMPINAS),
]
# Small places: with a public place near by (VILLEURBANNE, a made one, GRENOBLE, LABASA), and without one.
CREMIEU, ANSE, QUOTED, SAVUSAVU = 111, 112, 113, 711
FAR_AWAY, ISLAND = 114, 712  # more than 60 km from everything
NEAR_THE_BORDER = 211  # the nearest large place lies in another country

_REGIONS = [
    ("FR.84", "Auvergne-Rhône-Alpes", 45.75, 4.85),
    ("FR.11", "Île-de-France", 48.85, 2.35),
    ("FR.93", "Provence-Alpes-Côte d'Azur", 43.3, 5.37),
    ("DE.16", "Berlin", 52.52, 13.41),
    ("DE.11", "Brandenburg", 52.4, 13.07),
    ("DE.02", "Bavaria", 48.14, 11.57),
    ("GB.ENG", "England", 51.51, -0.13),
    ("GB.WLS", "Wales", 51.48, -3.18),
    ("US.NY", "New York", 40.71, -74.01),
    ("US.CA", "California", 34.05, -118.24),
    ("US.TX", "Texas", 33.66, -95.56),
    ("TR.34", "Istanbul", 41.01, 28.95),
    ("TR.35", "İzmir", 38.41, 27.14),
    ("TR.21", "Diyarbakır", 37.91, 40.22),
    ("JP.40", "Tokyo", 35.69, 139.69),
    ("JP.19", "Kanagawa", 35.43, 139.65),
    ("FJ.01", "Central", -18.14, 178.44),
    ("FJ.03", "Northern", -16.42, 179.38),
    ("SG.00", "Singapore", 1.29, 103.85),
    ("BR.27", "São Paulo", -23.55, -46.64),
]
_TOWNS = [
    (LYON, "Lyon", "FR.84", 45.748, 4.847, 522_250, "Lione", "Lión", "Лион", "リヨン", "里昂"),
    (VILLEURBANNE, "Villeurbanne", "FR.84", 45.767, 4.880, 131_445),
    (GRENOBLE, "Grenoble", "FR.84", 45.171, 5.722, 158_552, "Grenoble-ville"),
    (PARIS, "Paris", "FR.11", 48.853, 2.349, 2_138_551, "Parigi", "Париж", "パリ", "باريس"),
    (MARSEILLE, "Marseille", "FR.93", 43.297, 5.381, 870_731, "Marsiglia"),
    (CREMIEU, "Crémieu", "FR.84", 45.725, 5.249, 3_400),
    (ANSE, "Anse", "FR.84", 45.936, 4.719, 7_100),
    (QUOTED, "L'Isle-d'Abeau 100%", "FR.84", 45.3, 5.6, 900),
    (FAR_AWAY, "Loin-de-Tout", "FR.93", 44.5, 6.9, 1_100),
    (BERLIN, "Berlin", "DE.16", 52.524, 13.411, 3_426_354, "Berlino", "Берлин"),
    (POTSDAM, "Potsdam", "DE.11", 52.399, 13.066, 145_292),
    (COTTBUS, "Cottbus", "DE.11", 51.757, 14.329, 84_754, "Chóśebuz"),
    (MUNICH, "Munich", "DE.02", 48.137, 11.575, 1_260_391, "München", "Monaco di Baviera", "Мюнхен"),
    (NEAR_THE_BORDER, "Grenzdorf", "DE.02", 45.76, 5.0, 800),
    (LONDON, "London", "GB.ENG", 51.509, -0.126, 8_961_989, "Londres", "Londra", "Лондон"),
    (BRISTOL, "Bristol", "GB.ENG", 51.455, -2.597, 617_280),
    (BATH, "Bath", "GB.ENG", 51.379, -2.362, 94_782),
    (CARDIFF, "Cardiff", "GB.WLS", 51.480, -3.180, 447_287, "Caerdydd"),
    (NEW_YORK, "New York City", "US.NY", 40.714, -74.006, 8_804_190, "New York", "Nueva York"),
    (YONKERS, "Yonkers", "US.NY", 40.931, -73.899, 201_116),
    (LOS_ANGELES, "Los Angeles", "US.CA", 34.052, -118.244, 3_971_883),
    (PARIS_TEXAS, "Paris", "US.TX", 33.661, -95.556, 24_782),
    (ISTANBUL, "Istanbul", "TR.34", 41.014, 28.950, 15_701_602, "İstanbul", "Constantinople", "Стамбул", "إسطنبول"),
    (IZMIR, "İzmir", "TR.35", 38.413, 27.138, 2_500_603, "Smyrna"),
    (DIYARBAKIR, "Diyarbakır", "TR.21", 37.914, 40.220, 644_763),
    (TOKYO, "Tokyo", "JP.40", 35.690, 139.692, 9_733_276, "東京", "Токио"),
    (YOKOHAMA, "Yokohama", "JP.19", 35.443, 139.638, 3_777_491, "横浜"),
    (SUVA, "Suva", "FJ.01", -18.142, 178.442, 77_366),
    (LABASA, "Labasa", "FJ.03", -16.417, 179.383, 27_949),
    (SAVUSAVU, "Savusavu", "FJ.03", -16.777, 179.337, 7_000),
    (ISLAND, "Waiyevo", "FJ.03", -16.783, -179.98, 1_000),
    (SINGAPORE, "Singapore", "SG.00", 1.290, 103.850, 5_638_700, "新加坡", "Singapur"),
    (SAO_PAULO, "São Paulo", "BR.27", -23.548, -46.636, 12_400_232),
    (CAMPINAS, "Campinas", "BR.27", -22.906, -47.061, 1_031_554),
]
_AROUND = 8  # made places around each region's point


def made(*, without: tuple[int, ...] = (), changed: dict[int, dict] | None = None, named: str = "made for tests") -> gazetteer.Gazetteer:
    """Return the made gazetteer. without: places left out; changed: fields of places that differ, as in a newer one."""
    rows = [(number, name, code, lat, lng, people, tuple(others)) for number, name, code, lat, lng, people, *others in _TOWNS]
    for row, (code, name, lat, lng) in enumerate(_REGIONS):
        for step in range(_AROUND):
            # Between some 3 and 40 km away; every fourth is large enough to be public.
            number = 10_000 + 100 * row + step
            people = 26_000 + 1_000 * step if step % 4 == 3 else 700 + 2_100 * step
            rows.append((number, f"{name} {'abcdefgh'[step].upper()}ville", code, lat + 0.04 * (step + 1), lng - 0.03 * (step + 1), people, ()))
    towns = [
        gazetteer.Town(number, name, code[:2], code, lat, lng, people, None, (name, *others))._replace(**(changed or {}).get(number, {}))
        for number, name, code, lat, lng, people, others in rows
        if number not in without
    ]
    public = public_places(Point(town.id, town.country, town.lat, town.lng, town.population) for town in towns)
    used = {town.region for town in towns}
    regions = [gazetteer.Area(code, code[:2], name, lat, lng) for code, name, lat, lng in _REGIONS if code in used]
    return gazetteer.make(named, regions, [town._replace(public=public[town.id]) for town in towns])


MADE = made()


def load(new: gazetteer.Gazetteer = MADE) -> None:
    """Put the made gazetteer into the database."""
    _load(new)
