"""Members and patients of the demonstration: planned by chance with a seed (pure), then written through the same actions as everybody's.

The plan of a day is always the same, so later parts can ask for it again and know, for instance, in which country a member lives.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override

from conditions.models.condition import Condition
from members import consents
from members.actions import patients, people
from members.models.choices import AgeBand, Course, Level, LifeStage, OnsetAge, PatientAge, Relation, Role, Sex, Tumour, Visibility
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.user import User
from members.names import skeleton
from oms_community.demo import figures, texts
from oms_community.demo.names import Namer
from prose import markdown

MEMBERS = 300
DOMAIN = "demo.example"
FORM = "demo"  # as which the consents are recorded
BLOCKS, MUTES, WITHDRAWALS = 12, 8, 5

# Country: of how many members in 100 or so, and what is spoken there, most of all the first.
COUNTRIES: dict[str, tuple[int, str]] = {
    "US": (22, "en en en es zh-hans vi"),
    "GB": (20, "en en en en bn ur pl"),
    "CA": (17, "en en fr"),
    "AU": (20, "en en en el"),
    "IE": (2, "en en ga"),
    "NZ": (2, "en"),
    "ZA": (2, "en"),
    "NG": (2, "en"),
    "KE": (1, "sw"),
    "FR": (18, "fr fr fr ar"),
    "BE": (3, "nl fr"),
    "CH": (2, "de fr it"),
    "DE": (26, "de de de tr"),
    "AT": (2, "de"),
    "NL": (4, "nl"),
    "ES": (16, "es es ca"),
    "PT": (2, "pt"),
    "IT": (17, "it"),
    "SE": (3, "sv"),
    "DK": (2, "da"),
    "NO": (2, "nb"),
    "FI": (2, "fi"),
    "PL": (4, "pl"),
    "CZ": (2, "cs"),
    "RO": (2, "ro"),
    "HU": (2, "hu"),
    "GR": (2, "el"),
    "UA": (2, "uk"),
    "TR": (3, "tr"),
    "IL": (2, "he he ru"),
    "AE": (1, "ar"),
    "EG": (2, "ar"),
    "MA": (1, "ar fr"),
    "IR": (1, "fa"),
    "IN": (5, "hi hi en bn ta"),
    "BD": (1, "bn"),
    "PK": (1, "ur"),
    "JP": (4, "ja"),
    "KR": (2, "ko"),
    "CN": (2, "zh-hans"),
    "SG": (1, "zh-hans en"),
    "ID": (2, "id"),
    "VN": (1, "vi"),
    "BR": (17, "pt"),
    "MX": (4, "es"),
    "AR": (3, "es"),
    "CO": (2, "es"),
    "CL": (1, "es"),
}
ROLES = {Role.PARENT: 62, Role.PERSON: 16, Role.FAMILY: 10, Role.PROFESSIONAL: 6, Role.ORGANISATION: 2, "": 4}  # "": gave no consent for health data
PROFESSIONS = ("Physiotherapist", "Speech and language therapist", "Children's nurse", "Occupational therapist", "Psychologist", "Social worker")
NICKNAMES = (
    "Bean Button Pickle Sprout Noodle Bear Star Peanut Pebble Cricket Muffin Dumpling Turnip Biscuit Comet Sparrow Pumpkin Waffle Kiwi Plum "
    "Snail Acorn Tadpole Crumb Firefly Panda Marble Puddle Teacup Whale Pirate Captain Rocket Daisy Moth Fern Clover Sunny Minnow Drop"
).split()
OPTIONAL = {Purpose.MATCHING: 0.7, Purpose.MAP: 0.85, Purpose.STATISTICS: 0.65, Purpose.EMAILS: 0.55}
_ID_SIGNS = "23456789bcdfghjkmnpqrstvwxz"


@dataclass
class Person:
    """Who one member shall be. team: "moderator", "editor" or "administrator"; patient: the answers of the record they keep.

    second_to: the address of whose patient they look after as well, and at which level.
    """

    email: str
    name: str
    country: str
    languages: list[str]
    role: str
    joined_days: int
    kept_posts: int
    about: str = ""
    age_band: str = AgeBand.ADULT
    life_stage: str = ""
    verified_as: str = ""
    team: str = ""
    purposes: list[str] = field(default_factory=list)
    relation: str = ""
    patient: dict = field(default_factory=dict)
    second_to: tuple[str, str] | None = None
    shown: dict[str, str] = field(default_factory=dict)  # field: visibility, where it is not the usual one
    public_id: str = ""


def plan(rng: Random, today: date, *, number: int, taken: AbstractSet[str] = frozenset()) -> list[Person]:
    """Return who shall live here. taken: skeletons of names that are in use."""
    namer, addresses, found = Namer(rng, taken), set(), []
    keepers: list[Person] = []  # parents with a record, each of whom may get one helper
    for count in range(number):
        person = _person(rng, namer, today)
        stem = slugify(person.name) or f"member-{count + 1:03}"
        stem = stem if stem not in addresses else f"{stem}-{count + 1:03}"
        addresses.add(stem)
        person.email = f"{stem}@{DOMAIN}"
        if person.role == Role.PARENT and not person.patient and keepers and rng.random() < 0.8:
            keeper = keepers.pop(rng.randrange(len(keepers)))
            person.second_to = (keeper.email, rng.choice((Level.EDIT, Level.VIEW)))
            person.country, person.languages = keeper.country, list(keeper.languages)
            person.joined_days = min(person.joined_days, keeper.joined_days)
        elif person.role == Role.PARENT and person.patient:
            keepers.append(person)
        found.append(person)
    return found


def _person(rng: Random, namer: Namer, today: date) -> Person:
    country = rng.choices(list(COUNTRIES), [weight for weight, _spoken in COUNTRIES.values()])[0]
    first = rng.choice(COUNTRIES[country][1].split())
    role = rng.choices(list(ROLES), list(ROLES.values()))[0]
    person = Person(
        email="",
        name=namer.new(first if rng.random() < 0.6 else "en"),
        country=country,
        languages=[first, *(["en"] if first != "en" and rng.random() < 0.7 else [])],
        role=role,
        joined_days=rng.randint(30, 900),
        kept_posts=rng.choice((3, 3, 4, 5, 6, 8, 11, 15, 22, 34, 60)),
        public_id=random_id(rng),
    )
    if role == Role.PERSON or (role == Role.FAMILY and rng.random() < 0.15):
        person.age_band = AgeBand.UNDER_18 if rng.random() < 0.08 else AgeBand.ADULT
    if role == Role.PROFESSIONAL and rng.random() < 0.5:
        person.verified_as = rng.choice(PROFESSIONS)
    if role in (Role.PARENT, Role.FAMILY) and rng.random() < 0.03:
        person.life_stage = LifeStage.BEREAVED
    _with_patient(rng, person, today)
    _with_consents(rng, person)
    person.about = texts.about(rng, role=role, languages=person.languages, bereaved=person.life_stage == LifeStage.BEREAVED)
    if rng.random() < 0.4:
        person.shown["life_stage"] = Visibility.MEMBERS
    if rng.random() < 0.3:
        person.shown["patients"] = Visibility.MEMBERS
    for name in ("role", "languages", "about"):
        if rng.random() < 0.08:
            person.shown[name] = Visibility.NOBODY
    return person


def _with_patient(rng: Random, person: Person, today: date) -> None:
    if person.life_stage == LifeStage.BEREAVED:
        return
    if person.role == Role.PERSON:
        as_child = person.age_band == AgeBand.UNDER_18 or rng.random() < 0.55
        age: tuple[int, int] | None = (18 * 12, 40 * 12) if as_child else None
        if person.age_band == AgeBand.UNDER_18:
            age = (16 * 12 + 1, 18 * 12 - 1)
        since, person.patient = answers(rng, today, as_child=as_child, age=age)
        person.relation = Relation.SELF
        person.patient["nickname"] = rng.choice(("Me", "Myself", person.name))
        if as_child and age and age[0] >= 18 * 12 and rng.random() < 0.6:
            person.life_stage = LifeStage.ADULT_NOW
    elif person.role == Role.PARENT and rng.random() < 0.86:
        as_child = rng.random() < 0.95
        person.relation = (Relation.PARENT if rng.random() < 0.93 else Relation.CARER) if as_child else Relation.OTHER
        since, person.patient = answers(rng, today, as_child=as_child)
    if not person.patient:
        return
    person.joined_days = min(person.joined_days, max(30, since * 30))  # nobody came here before the illness did
    if not person.life_stage and since > 18 and rng.random() < 0.18:
        person.life_stage = LifeStage.IN_REMISSION


def _with_consents(rng: Random, person: Person) -> None:
    if person.role:
        person.purposes.append(Purpose.HEALTH)
    if person.role in (Role.PARENT, Role.FAMILY):
        person.purposes.append(Purpose.CARER)
    for purpose, share in OPTIONAL.items():
        adults_only = purpose in (Purpose.MATCHING, Purpose.MAP)
        needs_health = purpose in consents.NEEDS_HEALTH
        if rng.random() < share and not (adults_only and person.age_band != AgeBand.ADULT) and not (needs_health and not person.role):
            person.purposes.append(purpose)


def answers(rng: Random, today: date, *, as_child: bool, age: tuple[int, int] | None = None) -> tuple[int, dict]:
    """Return for how many months somebody has been ill, and the answers of their record, some of them open.

    age: today's age in months, from and to; else as it comes.
    """
    began_at = _onset(rng) if as_child else int(rng.triangular(figures.ADULT_ONSET[0], figures.ADULT_ONSET[2], figures.ADULT_ONSET[1]) * 12)
    since = rng.randint(*age) - began_at if age else int(rng.triangular(1, 14 * 12 if as_child else 8 * 12, 20))
    months = today.year * 12 + today.month - 1
    began = months - since
    found = rng.random() < (figures.TUMOUR_FOUND if as_child else figures.ADULT_TUMOUR_FOUND)
    female = rng.random() < (figures.GIRLS if as_child else figures.WOMEN)
    relapsing = rng.random() < (figures.RELAPSING if as_child else figures.ADULT_RELAPSING[found])
    diagnosed = min(months, began + round(rng.lognormvariate(log(figures.MONTHS_TO_DIAGNOSIS), 1.0)))
    given: dict[str, Any] = {
        "nickname": rng.choice(NICKNAMES),
        "age_band": band(began_at + since),
        "sex": Sex.FEMALE if female else Sex.MALE,
        "tumour": Tumour.FOUND if found else Tumour.NOT_FOUND,
        "course": Course.RELAPSING if relapsing and since >= 6 else Course.SINGLE,
        "public_id": random_id(rng),
    }
    for name, month in (("onset", began), ("diagnosis", diagnosed)):
        if rng.random() < (0.95 if name == "onset" else 0.88):
            given[f"{name}_year"] = month // 12
            given[f"{name}_month"] = month % 12 + 1 if rng.random() < 0.8 else None
    given["onset_age"] = rng.choices((band(began_at), OnsetAge.NOT_KNOWN, OnsetAge.NOT_SAID, ""), (90, 3, 2, 5))[0]
    for name, unknown, not_said in (("sex", "", Sex.NOT_SAID), ("tumour", Tumour.NOT_KNOWN, Tumour.NOT_SAID), ("course", Course.NOT_KNOWN, "")):
        given[name] = rng.choices((given[name], unknown, not_said), (92, 5, 3))[0]
    if given["tumour"] == Tumour.FOUND and rng.random() < 0.7:
        kinds = [(kind, weight) for kind, weight in figures.ADULT_TUMOURS if female or kind != "Ovarian teratoma"]
        given["tumour_kind"] = "Neuroblastoma" if as_child else rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    return since, given


def _onset(rng: Random) -> int:
    low, high, _share = rng.choices(figures.ONSET_SHARES, [share for _low, _high, share in figures.ONSET_SHARES])[0]
    return int(rng.triangular(low, high, figures.ONSET_PEAK) if low <= figures.ONSET_PEAK < high else rng.uniform(low, high))


def band(months: int) -> str:
    """Return the age band of somebody so many months old."""
    for choice in PatientAge.values:
        low, _dash, high = choice.rstrip("+").partition("-")
        if months < 12 * (int(high or 200) + 1):
            return choice
    raise ValueError(f"Nobody is {months} months old; the last band begins at {low}.")


def random_id(rng: Random) -> str:
    """Return a public id that is the same at every loading."""
    return "".join(rng.choice(_ID_SIGNS) for _sign in range(12))


def write(persons: list[Person], condition: Condition | None, rng: Random, password: str) -> None:
    """Write persons down: accounts and members at once, consents and patients through their actions, all dated back to when they joined.

    Nobody with a patient is among them where there is no condition.
    """
    members = _accounts(persons, rng, password)
    with override("en"):
        for person in persons:
            for purpose in person.purposes:
                consents.give(member=members[person.email], purpose=purpose, form=FORM)
        for person in persons:
            if person.patient:
                patients.add_patient(by=members[person.email], relation=person.relation, condition=condition, **person.patient)
        for person in persons:
            if person.second_to:
                _join_record(members[person.email], members[person.second_to[0]], person.second_to[1])
    _date_back([member.pk for member in members.values()])


def _accounts(persons: list[Person], rng: Random, password: str) -> dict[str, Member]:
    now, hashed = timezone.now(), make_password(password)  # hashed once: 300 times would take minutes
    users = User.objects.bulk_create(
        User(
            email=person.email,
            password=hashed,
            is_demo=True,
            date_joined=now - timedelta(days=person.joined_days),
            last_login=now - timedelta(hours=rng.randint(1, 20 * 24)),
        )
        for person in persons
    )
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    members = Member.objects.bulk_create(
        Member(
            user=user,
            public_id=person.public_id,
            pseudonym=person.name,
            pseudonym_skeleton=skeleton(person.name),
            created_at=user.date_joined,
            joined_at=user.date_joined,
            age_band=person.age_band,
            role=person.role,
            languages=person.languages,
            about=person.about,
            about_html=markdown.render(person.about) if person.about else "",
            life_stage=person.life_stage if person.role else "",
            verified_as=person.verified_as,
            kept_posts=person.kept_posts,
            **{f"{name}_visibility": visibility for name, visibility in person.shown.items()},
        )
        for person, user in zip(persons, users, strict=True)
    )
    return {person.email: member for person, member in zip(persons, members, strict=True)}


def _join_record(member: Member, keeper: Member, level: str) -> None:
    patient = keeper.guardianships.get(level=Level.OWNER).patient
    patients.accept(code=patients.invite(patient=patient, by=keeper, level=level), by=member, relation=Relation.PARENT)


def _date_back(members: list[int]) -> None:
    joined = Subquery(Member.objects.filter(pk=OuterRef("member")).values("joined_at"))
    Consent.objects.filter(member__in=members).update(given_at=joined)
    Guardian.objects.filter(member__in=members).update(since=joined)
    owners = Guardian.objects.filter(patient=OuterRef("pk"), level=Level.OWNER)
    Patient.objects.filter(guardians__member__in=members).update(created_at=Subquery(owners.values("member__joined_at")[:1]))


def between(rng: Random) -> None:
    """Let some members of the demonstration block or mute others, and some take a consent back."""
    found = list(Member.objects.filter(user__is_demo=True, user__is_staff=False).order_by("public_id"))
    for act, number in ((people.block, BLOCKS), (people.mute, MUTES)):
        for _count in range(min(number, len(found) // 4)):
            member, other = rng.sample(found, 2)
            act(member=member, other=other)
    agreed = [member for member in found if consents.holds(member, Purpose.MAP)]
    for member in agreed[:WITHDRAWALS]:
        consents.withdraw(member=member, purpose=Purpose.MAP)
