"""Pages of people to look at: joining."""

from django.urls import reverse

from members import consents
from members.joining import DECLINED, SESSION_KEY, TOO_YOUNG
from members.models.choices import AgeBand, Role
from members.models.consent import Purpose
from members.models.user import User
from tests.rooms.world import Visit, World, person

NAME = "Lantern by the Sea"


def answers(**changes) -> dict:
    """Return a session in which every question is answered; a change to None leaves one open."""
    given = {"age": AgeBand.ADULT, "name": NAME, "health": consents.TEXTS[Purpose.HEALTH].version, "role": Role.PARENT}
    return {SESSION_KEY: {name: value for name, value in {**given, **changes}.items() if value is not None}}


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    start, age, name, health, role, check = (reverse(f"members:join_{page}") for page in ("start", "age", "name", "health", "role", "check"))
    world.members["new team"] = person("new-team", "", joined=False)
    User.objects.filter(pk=world.members["new team"].user_id).update(is_staff=True)
    world.members["new team"].refresh_from_db()
    too_young, done = reverse("members:join_too_young"), reverse("members:join_done")
    return {
        "join: start": Visit(start),
        "join: start, begun": Visit(start, session=answers(role=None)),
        "join: start, with an account": Visit(start, who="fresh"),
        "join: age": Visit(age),
        "join: age, refused": Visit(age, post={"age": "12"}, status=422),
        "join: too young": Visit(too_young, session=answers(age=TOO_YOUNG, name=None)),
        "join: too young, with an account": Visit(too_young, who="fresh", session=answers(age=TOO_YOUNG, name=None)),
        "join: too young, of the team": Visit(too_young, who="new team", session=answers(age=TOO_YOUNG, name=None)),
        "join: name": Visit(name, session=answers(name=None, health=None, role=None)),
        "join: name, refused": Visit(name, session=answers(name=None), post={"name": "Dr Mika of the Hills"}, status=422),
        "join: name, taken meanwhile": Visit(name, session=answers(name=None, taken="Mika of the Hills")),
        "join: health": Visit(health, session=answers(health=None, role=None)),
        "join: health, refused": Visit(health, session=answers(health=None), post={}, status=422),
        "join: role": Visit(role, session=answers(role=None)),
        "join: role, refused": Visit(role, session=answers(role=None), post={}, status=422),
        "join: check": Visit(check, session=answers()),
        "join: check, 16 or 17": Visit(check, session=answers(age=AgeBand.UNDER_18, role="")),
        "join: check, without health data": Visit(check, session=answers(health=DECLINED, role=None)),
        "join: check, with an account": Visit(check, who="fresh", session=answers()),
        "join: welcome, parent": Visit(done, who="parent"),
        "join: welcome, adult": Visit(done, who="adult"),
        "join: welcome, without health data": Visit(done, who="plain"),
    }
