"""Pages of people to look at: how they appear on the map."""

from django.urls import reverse

from members import consents
from members.models.choices import AgeBand
from members.models.consent import Purpose
from members.models.patient import Patient
from soulmates.actions.locations import set_location
from soulmates.models.choices import Precision
from soulmates.models.place import Place, Region
from tests import gazetteer
from tests.rooms.world import Visit, World, person


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    gazetteer.load()
    # Two people of this room alone, so that the other rooms meet their own as they left them.
    shown, young, agreed = person("shown", "Lantern Keeper"), person("young", "Young Heron", age_band=AgeBand.UNDER_18), person("agreed", "Slow Tide")
    for member in (shown, agreed):
        consents.give(member=member, purpose=Purpose.MAP, form="test")
    set_location(member=shown, precision=Precision.TOWN, place=Place.objects.get(pk=gazetteer.LYON))
    carer = person("carer", "Morning Walk")
    consents.give(member=carer, purpose=Purpose.MAP, form="test")
    Patient.objects.get(pk=world.child.pk).guardians.create(member=carer, relation="carer", level="view")
    world.members |= {"shown": shown, "young": young, "agreed": agreed, "carer": carer}
    here = reverse("soulmates:location_edit")
    far_away = Place.objects.get(pk=gazetteer.FAR_AWAY)
    region = Region.objects.get(code="FR.84")

    def step(who, name, status=200, **fields):
        return Visit(here, who, post={"step": name, **fields}, status=status)

    town = {"precision": Precision.TOWN, "country": "FR", "region": "FR.84", "place": gazetteer.LYON}
    return {
        "map, me: agree": Visit(here, "stranger"),
        "map, me: agree, not ticked": step("stranger", "agree", 422),
        "map, me: too young": Visit(here, "young"),
        "map, me: hidden": Visit(here, "agreed"),
        "map, me: shown": Visit(here, "shown"),
        "map, me: with a child": Visit(here, "carer"),
        "map, me: nothing chosen": step("agreed", "how", 422),
        "map, me: which country": step("agreed", "how", precision=Precision.COUNTRY),
        "map, me: no country chosen": step("agreed", "country", 422, precision=Precision.COUNTRY),
        "map, me: a country without regions": step("agreed", "country", 422, precision=Precision.REGION, country="AQ"),
        "map, me: which region": step("agreed", "country", precision=Precision.REGION, country="FR"),
        "map, me: no region chosen": step("agreed", "region", 422, country="FR"),
        "map, me: which town": step("shown", "how", precision=Precision.TOWN),
        "map, me: no town typed": step("agreed", "town", 422, country="FR"),
        "map, me: towns found": step("agreed", "town", country="FR", q="l"),
        "map, me: a town found by another name": step("agreed", "town", country="FR", q="里昂"),
        "map, me: no town found": step("agreed", "town", country="FR", q="xyzzy"),
        "map, me: none of the towns chosen": step("agreed", "place", 422, country="FR", q="l"),
        "map, me: check a country": step("agreed", "country", precision=Precision.COUNTRY, country="FR"),
        "map, me: check a region": step("agreed", "region", country="FR", region=region.pk),
        "map, me: check a town": step("agreed", "place", country="FR", q="ans", place=gazetteer.ANSE),
        "map, me: check a town too small": step("agreed", "place", country="FR", q="loin", place=far_away.pk),
        "map, me: check a town, with a child": step("carer", "place", country="FR", q="lyon", place=gazetteer.LYON),
        "map, me: not sure, with a child": step("carer", "save", 422, **town),
        "map, me: save what does not belong together": step("agreed", "save", 422, **{**town, "country": "DE"}),
    }
