"""What the checks hold, what they let pass, and what is known to be missed: a list of texts as people write them."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from members.models.member import Member
from moderation import checks
from moderation.checks import ADDRESS, CHAT, CHILD, CRISIS, EMAIL, LINKS, MENTIONS, MONEY, PICTURES, TELEPHONE, look
from moderation.patterns.money import is_card, is_iban

OLD = Member(joined_at=timezone.now() - timedelta(days=30), kept_posts=10)
NEW = Member(joined_at=timezone.now())

HELD = {
    EMAIL: [
        "Write to me: mika.hills@gmail.com",
        "my mail is jo_2001 (at) web (dot) de",
        "You can reach me at anna dot berg at gmail dot com",
        "anna[at]example[dot]org, any time",
        "info@gmail.com is mine",  # a desk at a provider for private people
        "Scrivimi: ｍａｒｉａ＠example.it",  # wide letters
        "a\u200bnna@exam\u200bple.org",  # invisible letters within
    ],
    TELEPHONE: [
        "Call me on 07700 900123 after eight",
        "My number is 555 0199 44",
        "+44 20 7946 0958",
        "+49 (0)30 901820",
        "I am in Boston, (617) 555-0123.",
        "617-555-0123 is our home phone",
        "06 12 34 56 78 le soir",
        "Ruf mich an: 0151 23456789",
        "0049 151 2345678",
        "phone: ٠٧٧٠٠ ٩٠٠١٢٣",  # digits of another script
        "Text me 07700–900–123",  # dashes instead of hyphens
        "mobile 07700900123",
    ],
    ADDRESS: [
        "We live at 12 Oak Street, come by",
        "Send it to 221B Baker Street, London",
        "17 Rose Ave, Springfield",
        "Wir wohnen in der Hauptstraße 12",
        "Post bitte an: Am Alten Markt Str. 5",
        "4 rue de la République, Lyon",
        "vivimos en la calle Mayor 23",
        "I live in number 5 maple grove, near you",
    ],
    MONEY: [
        "Please can anyone send us money for the flight",
        "Help: gofundme.com/f/our-child",
        "My PayPal is below",
        "IBAN DE89 3704 0044 0532 0130 00",
        "card 4111 1111 1111 1111",
        "Could anyone lend me something until Friday?",
        "We take donations by Western Union",
        "send me 200 and I tell you the cure",
    ],
    CHAT: [
        "Add me on WhatsApp",
        "join our telegram group: t.me/abcdef",
        "let's talk on Messenger instead",
        "my insta is sunny.day",
        "Write to me on Facebook, it is easier",
        "https://chat.whatsapp.com/AbCdEf",
        "Find us on Discord",
        "https://www.facebook.com/groups/123456",
    ],
    CHILD: [
        "My daughter Emma Larsen had her first attack in May",
        "our little son, Liam O'Brien, is three",
        "my son is called Noah van den Berg",
        "Her name is Sofia Rossi and she is two",
        "He goes to Oakwood Primary School",
        "she attends St. Mary's Academy here in town",
        "Meine Tochter Lena Schmidt ist vier",
        "She is in year 2 at Hill Top Elementary",
        "Er geht in die Goetheschule",
    ],
}

CRISES = [
    "I want to die",
    "i can't go on anymore",
    "My husband says he wants to kill himself",
    "She told me she doesn't want to live any more",
    "They would be better off without me",
    "I have suicidal thoughts since the steroids",
    "I am afraid I might hurt my baby",
    "She started to self-harm",
    "Ich kann nicht mehr leben wollen, ich möchte mich umbringen",
    "J'ai envie de mourir",
    "no quiero vivir así, quiero morir",
    "He hits me when the child cries",
    "I took an overdose an hour ago",
]

PASSES = [
    "When did sleep come back for your child?",
    "She gets 2.5 mg twice a day, 20 mg in total",
    "We increased from 1000 mg to 1500 mg",
    "Diagnosed on 12.05.2021, relapse on 2022-03-14",
    "From 2019-2021 he had six courses",
    "Appointments are 08:30-10:15 on Tuesdays",
    "See PMID 12345678 and doi 10.1016/j.ejpn.2019.04.005",
    "The trial is NCT01234567, ISRCTN12345678",
    "The gene is on 11q24, ORPHA:1183",
    "Call 112, or 999, or 988 in the United States",
    "Samaritans: 116 123, at any hour",
    "Childline is 0800 1111 and free",
    "1-800-273-8255 is the lifeline",
    "The registry's desk is info@example.org",
    "contact@rare-disease.example.org answers within a week",
    "There is a Facebook group for families, too",
    "Our doctor talks to us on WhatsApp",
    "The MRI showed a signal change in the cerebellum",
    "We had a zoom appointment, 30 minutes",
    "It was a 3 hour drive and we took the same road twice",
    "2 weeks on the road, 1 long way home",
    "On 3 August Dr. Smith said to wait",
    "The clinic: Boston Children's Hospital, 300 Longwood Avenue, Boston",
    "My daughter Emma was two when it began",
    "My son Liam. He is three now",
    "my son IVIG and then Rituximab",
    "My daughter Emma And I were so tired",
    "my son got Prednisolone Monday to Friday",
    "Our boy was named after his grandfather",
    "My name is Mika",
    "My child started at school in September",
    "She goes to Primary School now",
    "My brother attends Harvard Medical School",
    "How do you pay for the infusions? Insurance paid 80%",
    "The insurance sent us money back",
    "Is there a foundation one can donate to?",
    "It cost $4000 a month",
    "12 of 34 patients got better within 6 months (35%)",
    "Blood: 134 000 platelets, CRP 0.123456789",
    "I'm dying to know how you did it",
    "I thought he was going to die that night",
    "Could the steroids make somebody suicidal? Is that a known effect?",
    "I cut myself shaving because my hands shook",
    "He could not walk for 100 000 steps, we joked",
    "ICD-10 G25.3 or H57.09",
    "Version 1.2.3.4567 of the app",
    "We moved the bed against the wall: 1 m 20",
    "He sleeps 10-12 hours, wakes 3 or 4 times",
    "@mika said it better",
    "Is 2021/22 the year in which the guideline changed?",
    "After 4 doses 250 ml each she slept",
    "The school made a plan for him, his teacher is kind",
]

# Known to be missed: the price of few false alarms. Who moves one of them up writes it here first.
MISSED = [
    "seven seven zero zero nine zero zero one two three",
    "My daughter emma larsen",  # without capitals
    "We live in the yellow house behind the church of Hollby",
    "Emma Larsen has been ill for a year",  # nothing says that it is a child
    "You find me under the same name on the blue app",
]


def kinds(text, by=OLD):
    return {finding.kind for finding in look(text, by=by)}


def test_the_list_is_long_enough():
    assert sum(map(len, HELD.values())) + len(CRISES) + len(PASSES) + len(MISSED) >= 60


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HELD.items() for text in texts])
def test_what_lets_strangers_find_a_family_is_held(kind, text):
    found = {finding.kind: finding for finding in look(text, by=OLD)}
    assert kind in found
    assert found[kind].holds
    assert str(found[kind].words)


@pytest.mark.parametrize("text", CRISES)
def test_words_of_despair_are_noticed_and_hold_nothing(text):
    [finding] = look(text, by=OLD)
    assert finding.kind == CRISIS
    assert finding.is_crisis
    assert not finding.holds
    assert not finding.refuses


@pytest.mark.parametrize("text", PASSES)
def test_what_people_say_of_their_days_passes(text):
    assert kinds(text) == set()


@pytest.mark.parametrize("text", MISSED)
def test_what_is_known_to_be_missed(text):
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("kind", "fine", "much"),
    [
        (LINKS, "https://a.example.org/1 and www.example.org", "https://a.example.org https://b.example.org/x [here](http://c.example.org)"),
        (MENTIONS, "@mika and @river, look", "@mika @river @otter"),
        (PICTURES, "[a drawing](https://example.org/a.png)", "![a drawing](https://example.org/a.png)"),
    ],
)
def test_a_new_members_post_holds_little_of_some_things(kind, fine, much):
    assert kinds(fine, NEW) == set()
    [finding] = look(much, by=NEW)
    assert finding.kind == kind
    assert finding.refuses
    assert kinds(much, OLD) == set()


def test_links_within_the_site_are_no_links(settings):
    settings.SITE_URL = "https://site.example.org"
    assert kinds(" ".join(["https://site.example.org/questions/"] * 4), NEW) == set()
    assert kinds(" ".join(["https://site.example.org.evil.example/"] * 4), NEW) == {LINKS}


def test_each_kind_is_found_once():
    assert len(look("a@example.org b@example.org, call me on 07700 900123 or 07700 900124", by=OLD)) == 2


def test_another_check_is_asked_by_its_name_and_one_that_fails_is_passed_over(settings, caplog):
    settings.MODERATION_CHECKS = [f"{__name__}.broken", f"{__name__}.strict"]
    assert [finding.kind for finding in look("anything", by=OLD)] == ["strict"]
    assert "passed over" in caplog.text


def broken(text, *, by):
    raise RuntimeError("the service is down")


def strict(text, *, by):
    return [checks.Finding("strict", "No.", holds=True)]


@pytest.mark.parametrize("number", ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "NL91ABNA0417164300"])
def test_an_account_is_told_by_its_check_digits(number):
    assert is_iban(number)
    assert not is_iban(number[:-1] + str((int(number[-1]) + 1) % 10))


@given(st.text("0123456789", min_size=12, max_size=18))
def test_one_digit_of_ten_makes_a_card(digits):
    right = [last for last in "0123456789" if is_card(digits + last)]
    assert len(right) <= 1
    assert len(right) == 1 or len(set(digits)) < 2


@given(st.text(max_size=400))
@settings(max_examples=300)
def test_any_text_is_looked_through_without_an_error(text):
    assert all(finding.kind for finding in look(text, by=NEW))


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "1", "1 ", "@", "a@", "a.", "A", "Aa ", "my son ", "My son Aa ", "12 Aa ", "(at)", "a (at) ", "\n", "0-", "+1", "www.", "![",
     "goes to Aa ", "Please ", "join our ", "\u200b", "e\u0301", "﷽", "calle a "],
)  # fmt: skip
def test_the_longest_text_takes_no_time(unit):
    text = (unit * 20_000)[:20_000]
    start = time.perf_counter()
    look(text, by=NEW)
    assert time.perf_counter() - start < 1.5  # about 0.3 on a quiet machine; what grew with the square would take minutes
