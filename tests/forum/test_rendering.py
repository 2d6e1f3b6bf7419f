"""What goes with a text: the callout about medicines, the excerpt, and how long it may take."""

import time

import pytest

from forum import medical, rendering
from tests.rooms.world import person

SPEAKS = [
    "She gets 5 mg/kg in the morning.",
    "We went from 40mg to 20 mg.",
    "2,5 ml twice a day",
    "1.5 g/kg over two days",
    "400 units each morning",
    "We stopped the steroids after a year.",
    "Did anyone taper prednisolone slowly?",
    "They reduced his medication in spring.",
    "Can I just skip a dose?",
    "The doctor doubled the tablets.",
    "When did you come to the point of weaning off the ACTH?",
    "An overdose was our worst fear.",
    "Wir haben das Kortison ausgeschlichen.",
    "Sollen wir die Tabletten absetzen?",
    "Nous avons arrêté la cortisone.",
    "Dejamos los medicamentos en mayo.",
]
SILENT = [
    "",
    "When did sleep come back?",
    "We stopped going to that playground.",
    "She is 5 years old and 110 cm tall.",
    "He eats 200 g of pasta.",
    "5 mgr of nothing",
    "The medicine tastes bad.",
    "Our doctor explained the treatment well.",
    "Double rooms in hospital are a blessing.",
    "I cut the bread. The tablets are in the cupboard.",
    "It was room 12ml2.",
    "Reduce the noise at night, that helped us to sleep, and after many long weeks of trying this we also saw the medicine work.",
]


@pytest.mark.parametrize("text", SPEAKS)
def test_doses_and_changes_of_a_treatment_are_seen(text):
    assert medical.speaks_of_medicine(text)


@pytest.mark.parametrize("text", SILENT)
def test_daily_life_brings_no_callout(text):
    assert not medical.speaks_of_medicine(text)


def test_the_title_counts_as_well():
    assert rendering.render("Please tell me.", title="May we stop the steroids?").is_medical
    assert not rendering.render("Please tell me.", title="Does it get better?").is_medical


def test_an_empty_text_is_nothing():
    assert rendering.render(" \n ") == rendering.Rendered("", "", False)


def test_an_excerpt_holds_words_and_no_signs():
    assert rendering.render("**Bold** and [a link](https://example.org).").excerpt == "Bold and a link."


HOSTILE = {
    "at signs": "@" * 20_000,
    "at signs and letters": "@a " * 6_666,
    "names": "@Quiet Otter and " * 1_170,
    "long name": "@" + "a " * 9_999,
    "numbers": "1" * 20_000,
    "doing": "stop " * 4_000,
    "doing and medicine": "stop dose " * 2_000,
    "digits with points": "1." * 10_000,
    "tags": "<a @Quiet Otter>" * 1_250,
    "quotes": "> @a" * 5_000,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_at_the_limit_is_rendered_in_a_fifth_of_a_second(name):
    author = person("author", "Mika of the Hills")
    person("otter", "Quiet Otter")
    took = []
    for _again in range(3):  # the quickest counts: the machine does other things, too
        started = time.perf_counter()
        rendering.render(HOSTILE[name][:20_000], author=author)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.2
