"""In words: whom a post speaks of, as far as its author lets others see it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models.choices import OnsetAge, Role

ROLES = {
    Role.PERSON: gettext_lazy("has it themselves"),
    Role.PARENT: gettext_lazy("parent or carer"),
    Role.FAMILY: gettext_lazy("family or friend"),
    Role.PROFESSIONAL: gettext_lazy("professional"),
    Role.ORGANISATION: gettext_lazy("organisation"),
}
ONSETS = {
    OnsetAge.INFANT: gettext_lazy("signs began under 2 years"),
    OnsetAge.TODDLER: gettext_lazy("signs began at 2 to 4 years"),
    OnsetAge.CHILD: gettext_lazy("signs began at 5 to 8 years"),
    OnsetAge.OLDER_CHILD: gettext_lazy("signs began at 9 to 12 years"),
    OnsetAge.TEENAGER: gettext_lazy("signs began at 13 to 15 years"),
    OnsetAge.YOUTH: gettext_lazy("signs began at 16 or 17 years"),
    OnsetAge.YOUNG_ADULT: gettext_lazy("signs began at 18 to 29 years"),
    OnsetAge.ADULT: gettext_lazy("signs began at 30 to 49 years"),
    OnsetAge.OLDER_ADULT: gettext_lazy("signs began at 50 years or later"),
}


def words(post: Any) -> str:
    """Return what an author is to whom they speak of, and when it began there: an empty string where neither is shown."""
    role, onset = ROLES.get(post.about_role, ""), ONSETS.get(post.about_onset, "")
    if role and onset:
        # Translators: %(role)s is "parent or carer", %(onset)s is "signs began at 2 to 4 years".
        return _("%(role)s, %(onset)s") % {"role": role, "onset": onset}
    return str(role or onset)
