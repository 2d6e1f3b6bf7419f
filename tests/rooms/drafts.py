"""Pages of people to look at: drafts."""

from datetime import timedelta

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from members import drafts
from members.actions.drafts import delete, keep
from members.models.draft import Draft
from members.models.member import Member
from tests.rooms.world import Visit, World, person

LONG = "We sat up all night again, and I should like to tell you how it went, because nobody had told us that it could take this long. " * 3
ARABIC = "جلسنا طوال الليل مرة أخرى، وأود أن أخبركم كيف سارت الأمور."


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    writer, editor, plain, list_page, edit_page = (
        world.members["stranger"],
        world.members["guardian"],
        world.members["plain"],
        reverse("members:draft_list"),
        reverse("members:profile_edit"),
    )
    for form, about, text, days in (
        ("story", "one", LONG, 0),
        ("question", "", "Donaudampfschifffahrtsgesellschaftskapitänsmützenständerverkäufer?", 2),
        ("letter", "", ARABIC, 40),
        ("something of later", "", "Short.", 170),
    ):
        draft = keep(member=writer, form=form, about=about, address=list_page, fields={"body": [text]})
        Draft.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(days=days, hours=1))
    for about, text in (("gone", LONG), ("", "Words that are deleted, and an older draft than the one that is there.")):
        delete(draft=keep(member=editor, form="profile" if not about else "story", about=about, address=list_page, fields={"body": [text]}))
    keep(member=editor, form="profile", about="", address=edit_page, fields={"about": ["Half a sentence about"]})
    older = editor.drafts.get(form="profile", deleted_at__isnull=False)
    delete(draft=keep(member=plain, form="profile", about="", address=edit_page, fields={"about": ["Gone"]}))
    world.members["suspended"] = person("suspended", "Still Water")
    Member.objects.filter(pk=world.members["suspended"].pk).update(suspended_at=timezone.now())
    value = drafts.form_value(writer, form="profile", about="of a test", address=edit_page)
    saved = [
        Message(constants.SUCCESS, gettext("Your text is saved as a draft. Only you see it.")),
        Message(constants.INFO, gettext("Your text is saved in your drafts.")),
        Message(constants.WARNING, gettext("Please show that it is you: this part is for the team, and asks every few hours.")),
        Message(constants.ERROR, gettext("That was a little too fast. Please wait a minute, then try again.")),
    ]
    return {
        "drafts": Visit(list_page, "stranger"),
        "signed out while writing": Visit(reverse("members:name_edit"), "", post={"name": "River of the Hills"}, status=403),
        "drafts with a message of each kind": Visit(list_page, "stranger", cookies={CookieStorage.cookie_name: CookieStorage(None)._encode(saved)}),
        "no drafts": Visit(list_page, "adult"),
        "a draft deleted": Visit(list_page, "plain"),
        "drafts and deleted ones": Visit(list_page, "guardian"),
        "a newer draft is there": Visit(reverse("members:draft_bring_back", args=[older.public_id]), "guardian", post={}, status=422),
        "a form with a draft": Visit(edit_page, "guardian"),
        "a form started again": Visit(edit_page, "plain"),
        "a form of a suspended member": Visit(edit_page, "suspended", post={"about": LONG}, status=403),
        "a form sent too late": Visit(edit_page, post={"draft": value, "about": LONG}, status=403),
    }
