"""The members of the demonstration whose addresses are printed: each with a record that shows what such a member sees."""

from datetime import date

from members.models.choices import Course, Level, LifeStage, OnsetAge, PatientAge, Relation, Role, Sex, Tumour, Visibility
from members.models.consent import Purpose
from oms_community.demo.people import DOMAIN, Person

PARENT = f"parent@{DOMAIN}"
WORDS = {
    PARENT: "a parent",
    f"second-parent@{DOMAIN}": "the second guardian of that child",
    f"adult@{DOMAIN}": "an adult with the condition",
    f"moderator@{DOMAIN}": "a moderator",
    f"editor@{DOMAIN}": "an editor",
    f"editor-2@{DOMAIN}": "a second editor",
    f"administrator@{DOMAIN}": "an administrator",
}
_EVERYTHING = list(Purpose.values)


def persons(today: date) -> list[Person]:
    """Return them in the order of WORDS. Years and months count back from today, so that the child stays small."""
    parent, second, adult, moderator, editor, other_editor, administrator = WORDS
    began, known = _months_back(today, 16), _months_back(today, 15)
    child = {
        "nickname": "Button",
        "public_id": "bttn22bttn22",
        "age_band": PatientAge.TODDLER,
        "sex": Sex.FEMALE,
        "onset_age": OnsetAge.INFANT,
        "onset_year": began[0],
        "onset_month": began[1],
        "diagnosis_year": known[0],
        "diagnosis_month": known[1],
        "tumour": Tumour.FOUND,
        "tumour_kind": "Neuroblastoma",
        "course": Course.RELAPSING,
    }
    own = {
        "nickname": "Me",
        "public_id": "mmm222mmm222",
        "age_band": PatientAge.YOUNG_ADULT,
        "sex": Sex.MALE,
        "onset_age": OnsetAge.TODDLER,
        "onset_year": today.year - 24,
        "diagnosis_year": today.year - 23,
        "tumour": Tumour.NOT_FOUND,
        "course": Course.RELAPSING,
    }
    return [
        Person(
            parent,
            "Morning Kettle",
            "IE",
            ["en", "fr"],
            Role.PARENT,
            410,
            24,
            about="I write when the house is asleep. My child loves trains, puddles and the word *no*.\n\nAsk me about travelling with a pushchair.",
            purposes=_EVERYTHING,
            relation=Relation.PARENT,
            patient=child,
            shown={"patients": Visibility.MEMBERS},
            public_id="prnt22prnt22",
        ),
        Person(
            second,
            "Evening Kettle",
            "IE",
            ["en"],
            Role.PARENT,
            380,
            5,
            about="I read more than I write.",
            purposes=[Purpose.HEALTH, Purpose.CARER, Purpose.EMAILS],
            second_to=(parent, Level.EDIT),
            public_id="scnd22scnd22",
        ),
        Person(
            adult,
            "Slow Tram",
            "NL",
            ["nl", "en"],
            Role.PERSON,
            620,
            41,
            about="I was small when it began. I like trams, old maps and quiet cafés.",
            life_stage=LifeStage.ADULT_NOW,
            purposes=[purpose for purpose in _EVERYTHING if purpose != Purpose.CARER],
            relation=Relation.SELF,
            patient=own,
            shown={"life_stage": Visibility.MEMBERS, "patients": Visibility.MEMBERS},
            public_id="dlt222dlt222",
        ),
        _on_the_team(moderator, "Lamp at the Gate", "moderator", "I look after the tone of the place. Write to me when something feels wrong."),
        _on_the_team(editor, "Paper Boat", "editor", "I keep the reference pages, and I like a clear source."),
        _on_the_team(other_editor, "Blue Pencil", "editor", "I read every change twice."),
        _on_the_team(administrator, "Old Compass", "administrator", "I keep the lights on."),
    ]


def _on_the_team(email: str, name: str, team: str, about: str) -> Person:
    stem = "".join(sign for sign in email.partition("@")[0] if sign in "bcdfghjkmnpqrstvwxz2")
    return Person(email, name, "IE", ["en"], "", 800, 60, about=about, team=team, purposes=[Purpose.EMAILS], public_id=(stem * 6)[:12])


def _months_back(today: date, months: int) -> tuple[int, int]:
    count = today.year * 12 + today.month - 1 - months
    return count // 12, count % 12 + 1
