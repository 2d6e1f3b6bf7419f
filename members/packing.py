"""An export, made in the background: data.json for machines, index.html to read, the pictures; one zip."""

import io
import json
import logging
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.fields.files import FieldFile
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from members import data_rights, readable
from members.models.leaving import EXPORT_LASTS, Export, random_export_name
from members.models.member import Member
from members.own_part import PICTURE

log = logging.getLogger(__name__)


def make(pk: int, language: str) -> str:
    """Make an export; return what became of it, in a word. Raises nothing: an error's own words may hold somebody's data."""
    export = Export.objects.select_related("member__user").filter(pk=pk, ready_at=None).first()
    if export is None:
        return "not wanted"
    try:
        with translation.override(language):
            content = pack(export.member)
        name = default_storage.save(random_export_name(export, ""), ContentFile(content))
    except Exception as error:
        log.error("an export could not be made: %s", type(error).__name__)
        Export.objects.filter(pk=pk, ready_at=None).update(failed_at=timezone.now())
        return "failed"
    now = timezone.now()
    ready = Export.objects.filter(pk=pk, ready_at=None).update(file=name, ready_at=now, failed_at=None, expires_at=now + EXPORT_LASTS)
    if not ready:  # the member left meanwhile, or another worker was faster
        default_storage.delete(name)
        return "not wanted"
    return "made"


def pack(member: Member) -> bytes:
    """Return the zip of everything that is kept about a member. No name in it is a person's, and none comes from what somebody typed."""
    data = {"made": timezone.now(), "data": data_rights.export(member)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in data_rights.files(member).items():
            _add(archive, name, file)
        archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        archive.writestr("index.html", _page(data, with_picture=PICTURE in archive.namelist()))
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, name: str, file: FieldFile) -> None:
    """Put a stored file into the zip as it is: pictures are packed already."""
    try:
        with file.open("rb") as content:
            archive.writestr(name, content.read(), zipfile.ZIP_STORED)
    except FileNotFoundError:
        log.warning("a picture is missing in the storage")


def _page(data: dict[str, Any], *, with_picture: bool) -> str:
    intro = _("This is everything the site kept about you when this file was made. The same stands in data.json, for programs to read.")
    care = _("Keep this file safe: it says a lot about you. It holds no other person’s words and no other person’s name.")
    return readable.page(title=_("Your data"), intro=[intro, care], made=data["made"], parts=data["data"], picture=PICTURE if with_picture else "")
