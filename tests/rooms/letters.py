"""Pages of people to look at: notices, e-mails about them, the way out of a mail."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from letters import notice_mail
from letters.kinds import Kind
from letters.models import Notice
from members import consents
from members.models.consent import Purpose
from members.models.member import Member
from tests.rooms.world import Visit, World


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    _notices(world.members["parent"], world.members["stranger"])
    guardian = world.members["guardian"]
    consent = consents.give(member=guardian, purpose=Purpose.EMAILS, form="test")
    ended = consents.give(member=world.members["adult"], purpose=Purpose.EMAILS, form="test")
    consents.withdraw(member=world.members["adult"], purpose=Purpose.EMAILS)
    return {
        "notices": Visit("/notices/", "parent"),
        "older notices": Visit(f"/notices/?before={10**15 * 9}-1", "parent"),
        "no older notices": Visit("/notices/?before=1-1", "parent"),
        "no notices": Visit("/notices/", "stranger"),
        "no notices, e-mails on": Visit("/notices/", "guardian"),
        "e-mails off": Visit("/notices/settings/", "parent"),
        "e-mails on": Visit("/notices/settings/", "guardian"),
        "e-mails without a tick": Visit("/notices/settings/", "parent", post={}, status=422),
        "way out of a mail": Visit(f"/notices/off/{notice_mail.token(consent)}/"),
        "way out of a mail, taken": Visit(f"/notices/off/{notice_mail.token(ended)}/"),
        "way out of a mail, too old": Visit("/notices/off/made-up/", status=404),
    }


def _notices(member: Member, target: Member) -> None:
    """Give a member notices of some days, read and new, more than a page of them."""
    type_id, now = ContentType.objects.get_for_model(Member).pk, timezone.now()
    fields = {"member": member, "kind": Kind.CONSENT, "content_type_id": type_id, "object_id": target.pk}
    Notice.objects.create(**fields, count=3, created_at=now)
    Notice.objects.bulk_create(Notice(**fields, created_at=now - timedelta(days=number // 3, minutes=number), read_at=now) for number in range(1, 26))
