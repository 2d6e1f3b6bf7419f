"""Pages of people to look at: profiles."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from members import consents, pictures
from members.actions import drafts, people, profiles
from members.actions.patients import add_patient
from members.models.choices import LifeStage, Relation, Role, Visibility
from members.models.consent import Purpose
from members.models.member import Member
from members.views.profiles import DONE
from tests.rooms.world import Visit, World, person

ABOUT = "Two children, one of them ill since 2019.\n\n- early mornings\n- **lists**\n- bread\n\nAsk me about starting school."


def picture() -> bytes:
    """Return a picture as a member may upload it."""
    file = BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def _people(world: World) -> None:
    """Let those move in whom this room needs: who shows much, is on the team, looks after many, blocked somebody, has an old consent."""
    condition = world.child.condition
    for key, name in {
        "shows": "Ana of the Lists",
        "team": "Calm Harbour",
        "many": "Wide River",
        "distant": "Far Hill",
        "paused": "Old Words",
    }.items():
        world.members[key] = person(key, name, role=Role.PARENT)
        for purpose in (Purpose.HEALTH, Purpose.CARER):
            consents.give(member=world.members[key], purpose=purpose, form="test")
    shows, team, many, distant, paused = (world.members[key] for key in ("shows", "team", "many", "distant", "paused"))
    profiles.save_profile(
        member=shows,
        about=ABOUT,
        role=Role.PARENT,
        life_stage=LifeStage.IN_REMISSION,
        languages=["fr", "en"],
        life_stage_visibility=Visibility.MEMBERS,
        patients_visibility=Visibility.MEMBERS,
    )
    profiles.set_picture(member=shows, content=pictures.ours(SimpleUploadedFile("a", picture())))
    for age_band in ("5-8", "30-49", ""):
        add_patient(by=shows, relation=Relation.CARER, condition=condition, nickname="Hidden", age_band=age_band)
    Member.objects.filter(pk=team.pk).update(is_moderator=True, is_editor=True, is_admin=True, verified_as="Paediatric nurse")
    for number in range(3):
        add_patient(by=many, relation=Relation.PARENT, condition=condition, nickname=f"Bean {number}", age_band="9-12")
        drafts.keep(member=many, form="profile", about=str(number), address="/me/profile/", fields={"about": [f"Words number {number}"]})
    for key in ("stranger", "shows", "leaving"):
        people.block(member=distant, other=world.members[key])
    for key in ("parent", "plain"):
        people.mute(member=distant, other=world.members[key])
    paused.consents.filter(purpose=Purpose.HEALTH).update(version=consents.TEXTS[Purpose.HEALTH].version + 1)


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    _people(world)
    at = {key: member.public_id for key, member in world.members.items()}

    def of(name: str, key: str) -> str:
        return reverse(f"members:{name}", args=[at[key]])

    me, edit, name, face = (reverse(f"members:{name}") for name in ("me", "profile_edit", "name_edit", "picture_edit"))
    blocks = reverse("members:block_list")
    return {
        "my page of a parent": Visit(me, "parent"),
        "my page with many rows": Visit(me, "many"),
        "my page of a second guardian": Visit(me, "guardian"),
        "my page with a record of oneself": Visit(me, "adult"),
        "my page without a record": Visit(me, "stranger"),
        "my page without consent": Visit(me, "plain"),
        "my page with new words of the consent": Visit(me, "paused"),
        "a profile": Visit(of("member_detail", "shows"), "adult"),
        "a profile with little": Visit(of("member_detail", "plain"), "adult"),
        "a profile of the team": Visit(of("member_detail", "team"), "adult"),
        "a muted profile": Visit(of("member_detail", "parent"), "distant"),
        "a profile, just muted": Visit(of("member_detail", "plain"), "distant", session={DONE: ["mute", at["plain"]]}),
        "a profile, just unmuted": Visit(of("member_detail", "adult"), "plain", session={DONE: ["unmute", at["adult"]]}),
        "my own profile": Visit(of("member_detail", "shows"), "shows"),
        "my own empty profile": Visit(of("member_detail", "plain"), "plain"),
        "edit profile": Visit(edit, "shows"),
        "edit profile without consent": Visit(edit, "plain"),
        "edit profile refused": Visit(
            edit, "adult", post={"role": "king", "language_1": "xx", "about": "x" * 1001, "about_visibility": "all"}, status=422
        ),
        "change name": Visit(name, "adult"),
        "change name refused": Visit(name, "adult", post={"pseudonym": "Moderator"}, status=422),
        "picture": Visit(face, "adult"),
        "picture that is there": Visit(face, "shows"),
        "picture refused": Visit(face, "adult", post={"picture_visibility": "members"}, status=422),
        "picture of a wrong kind": Visit(
            face, "adult", post={"picture_visibility": "members", "picture": SimpleUploadedFile("a.svg", b"<svg/>")}, status=422
        ),
        "block": Visit(of("member_block", "parent"), "adult"),
        "block one of the team": Visit(of("member_block", "team"), "adult"),
        "unblock": Visit(of("member_unblock", "stranger"), "distant"),
        "mute": Visit(of("member_mute", "parent"), "adult"),
        "unmute": Visit(of("member_unmute", "parent"), "distant"),
        "blocks": Visit(blocks, "distant"),
        "no blocks": Visit(blocks, "adult"),
        "blocks, just blocked": Visit(blocks, "distant", session={DONE: ["block", at["shows"]]}),
        "blocks, just unblocked": Visit(blocks, "adult", session={DONE: ["unblock", at["parent"]]}),
    }
