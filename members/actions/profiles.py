"""What a member changes of their own public face."""

from contextlib import suppress
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from members import consents, data_rights, limits
from members.actions import people
from members.limits import Limit
from members.models.consent import Purpose
from members.models.member import Member
from prose import markdown

RENAMES = Limit("renames", 3, 30 * 86_400)
PICTURES = Limit("pictures", 20, 3600)  # to open one takes a second of a processor at worst
HEALTH_FIELDS = ("role", "life_stage")  # kept only with the consent to keep health data


@transaction.atomic
def save_profile(*, member: Member, **answers: Any) -> None:
    """Write down what a member says of themselves, and who sees it; what is not among `answers` stays.

    Role and life stage are not written without the consent to keep health data, also when it ended while the form was being filled in.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)  # a withdrawal waits for us, or we for it
    if not consents.holds(member, Purpose.HEALTH):
        answers = {name: value for name, value in answers.items() if name not in HEALTH_FIELDS}
    if "about" in answers:
        answers["about_html"] = markdown.render(answers["about"]) if answers["about"] else ""
    for name, value in answers.items():
        setattr(member, name, value)
    member.save(update_fields=[*answers])
    data_rights.standing_changed(member)


def rename(*, member: Member, to: str) -> None:
    """Give a member another pseudonym, a few times a month. The name they have already changes nothing and counts for nothing.

    Raises ValidationError with the reason, or LimitReached.
    """
    if to == member.pseudonym and member.pseudonym_skeleton:
        return
    limits.spend(RENAMES, member.pk)
    try:
        with transaction.atomic():
            people.rename(member=member, to=to)
            data_rights.standing_changed(member)
    except ValidationError:
        limits.refund(RENAMES, member.pk)
        raise


def set_picture(*, member: Member, content: bytes) -> None:
    """Show a new picture. content: as members.pictures made it. The old file goes with the commit, the new one if nothing comes of it."""
    kept = default_storage.save(Member.picture.field.generate_filename(member, "picture.webp"), ContentFile(content))
    try:
        _change_picture(member, kept)
    except Exception:
        with suppress(OSError):
            default_storage.delete(kept)
        raise


def remove_picture(*, member: Member) -> None:
    """Show the initials again. The file goes with the commit; pressing twice is the same as once."""
    _change_picture(member, "")


@transaction.atomic
def _change_picture(member: Member, name: str) -> None:
    old = Member.objects.select_for_update(no_key=True).get(pk=member.pk).picture.name
    member.picture = name
    member.save(update_fields=["picture"])
    data_rights.standing_changed(member)
    if old:
        transaction.on_commit(partial(default_storage.delete, old), robust=True)
