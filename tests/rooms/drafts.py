"""Pages of people to look at: drafts."""

from datetime import timedelta

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from members import drafts
from members.actions.drafts import keep
from members.models.draft import Draft
from tests.rooms.world import Visit, World

LONG = "We sat up all night again, and I should like to tell you how it went, because nobody had told us that it could take this long. " * 3
ARABIC = "جلسنا طوال الليل مرة أخرى، وأود أن أخبركم كيف سارت الأمور."


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    writer, editor, list_page, edit_page = (
        world.members["stranger"],
        world.members["guardian"],
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
    keep(member=editor, form="profile", about="", address=edit_page, fields={"about": ["Half a sentence about"]})
    deleted = {"form": "profile", "about": "", "address": edit_page, "fields": {"about": ["Gone"]}, "at": timezone.now().timestamp()}
    value = drafts.form_value(writer, form="profile", about="of a test", address=edit_page)
    saved = [
        Message(constants.SUCCESS, gettext("Your text is saved as a draft. Only you see it.")),
        Message(constants.INFO, gettext("There is nothing to bring back any more.")),
    ]
    return {
        "drafts": Visit(list_page, "stranger"),
        "drafts with two messages": Visit(list_page, "stranger", cookies={CookieStorage.cookie_name: CookieStorage(None)._encode(saved)}),
        "no drafts": Visit(list_page, "plain"),
        "a draft deleted": Visit(list_page, "plain", session={drafts.UNDO: deleted}),
        "a form with a draft": Visit(edit_page, "guardian"),
        "a form started again": Visit(edit_page, "plain", session={drafts.UNDO: deleted}),
        "a form sent too late": Visit(edit_page, post={"draft": value, "about": LONG}, status=403),
    }
