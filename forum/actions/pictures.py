"""Pictures in questions and answers: added and taken away."""

from contextlib import suppress
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from forum.actions.posting import ClosedError
from forum.models.change import PublicChange
from forum.models.extras import FOLDER, Picture
from members.limits import Limit
from moderation.models.choices import Audience

MOST = 4  # in one post
ADDED = Limit("post-pictures", 20, 3600)  # to open one takes a second of a processor at worst


class TooManyPicturesError(Exception):
    """The post has MOST pictures already."""


def add(*, post: Any, content: bytes, width: int, height: int, alt: str) -> Picture:
    """Add a picture. content: as members.pictures.whole made it. Raises TooManyPicturesError, or ClosedError where the post is gone meanwhile.

    The file goes again if nothing comes of it.
    """
    field = Picture._meta.get_field("file")
    kept = default_storage.save(field.generate_filename(None, "picture.webp"), ContentFile(content))
    try:
        return _add(post, kept, width, height, alt)
    except Exception:
        with suppress(OSError):
            default_storage.delete(kept)
        raise


@transaction.atomic
def _add(post: Any, name: str, width: int, height: int, alt: str) -> Picture:
    # Locked: two uploads at once would both find room for one more.
    row = type(post).objects.select_for_update(of=("self",), no_key=True).filter(pk=post.pk, deleted_at=None, hidden_at=None).first()
    if row is None:
        raise ClosedError
    if row.pictures.count() >= MOST:
        raise TooManyPicturesError
    picture = Picture.objects.create(**{row._meta.model_name: row}, file=name, alt=alt, width=width, height=height)
    _note(row)
    return picture


@transaction.atomic
def remove(*, picture: Picture) -> None:
    """Take a picture away for good; the file goes with the commit."""
    name, post = picture.file.name, picture.post
    picture.delete()
    _note(post)
    transaction.on_commit(partial(default_storage.delete, name), robust=True)


def forget_files(names: list[str]) -> None:
    """Let files go with the commit: for whoever deletes posts with their pictures."""
    for name in names:
        if name.startswith(f"{FOLDER}/"):
            transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _note(post: Any) -> None:
    if post.audience == Audience.EVERYONE:
        PublicChange.objects.note()
