"""Where the forum and the symptoms meet: who lives with what a waiting question is about, so that it can be offered to them."""

from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

from forum import routing
from forum.models.question import Question
from forum.models.tag import Kind
from members import consents
from members.models.choices import Level
from members.models.consent import Consent, Purpose
from soulmates.models.check_in import KeptOut, Observation


def offer_questions() -> str:
    """Offer what has waited for a day, or for three more, to those who may know an answer. Safe to run twice, and side by side."""
    now = timezone.now()
    questions = list(routing.due(now))
    offered = sum(routing.offer(question, routing.likeliest(question, lived_with(question), now), now) for question in questions)
    return f"{len(questions)} questions looked at, offered {offered} times"


def lived_with(question: Question) -> dict[int, int]:
    """Return who recorded symptoms that a question carries as tags: {member's number: how many of them}. One query, none without such a tag.

    Only of those whose consent to keep health data stands, in the words of now, and of records they may change. What is kept out of
    matching counts nowhere.
    """
    symptoms = [tag.symptom_id for tag in question.tags.all() if tag.kind == Kind.SYMPTOM and tag.symptom_id]
    if not symptoms:
        return {}
    words = consents.TEXTS[Purpose.HEALTH].version
    agreed = Consent.objects.filter(purpose=Purpose.HEALTH, version=words, withdrawn_at=None).values("member")
    kept_out = KeptOut.objects.filter(patient=OuterRef("check_in__patient"), symptom=OuterRef("symptom"))
    rows = Observation.objects.filter(
        ~Exists(kept_out),
        symptom__in_conditions__in=symptoms,
        severity__gte=1,
        check_in__finished_at__isnull=False,
        check_in__deleted_at=None,
        check_in__patient__guardians__level__in=(Level.EDIT, Level.OWNER),
        check_in__patient__guardians__member__in=agreed,
    )
    return dict(
        rows.order_by()
        .values(member=F("check_in__patient__guardians__member"))
        .annotate(number=Count("symptom", distinct=True))
        .values_list("member", "number")
    )
