"""What notices lead to: where it stands, and whether this person may see it now. The same for every kind, whichever app the target is of."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.urls import reverse

from letters.models import Notice
from members.models.consent import Consent


def visible(notices: Iterable[Notice], user) -> dict[int, Model]:
    """Return the target of each notice that the user may see now, by the notice's number. One query for each model among them."""
    by_type: dict[int, list[Notice]] = {}
    for notice in notices:
        by_type.setdefault(notice.content_type_id, []).append(notice)
    found = {}
    for type_id, ours in by_type.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:  # a part of the site that was taken out
            continue
        targets = _visible_to(model, user).in_bulk({notice.object_id for notice in ours})
        found |= {notice.pk: targets[notice.object_id] for notice in ours if notice.object_id in targets}
    return found


def address(target: Model) -> str:
    """Return where a notice leads."""
    return reverse("members:consent_list") if isinstance(target, Consent) else target.get_absolute_url()


def _visible_to(model: type[Model], user) -> QuerySet:
    """Return what of a model the user may see: the model's own rule. A consent is its owner's, and answered once it is closed."""
    if model is Consent:
        return Consent.objects.filter(member=user.member, withdrawn_at=None)
    return model._default_manager.visible_to(user)
