"""What generated members ask and answer: sentences made up by hand, put together by chance. Daily life only: no doses, no advice on treatment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """What is asked about one thing. tags: (kind, address), those that are there; titles: with the details that may follow; answers: first words."""

    tags: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    details: tuple[str, ...]
    answers: tuple[str, ...]


THEMES = (
    Theme(
        (("topic", "sleep"), ("symptom", "maintenance-insomnia"), ("tag", "nights")),
        (
            "How long until the nights became quieter for you?",
            "How do you share the nights between two parents?",
            "What does your evening look like before bed?",
            "Does anybody else wake at four and stay awake?",
        ),
        (
            "We wake five or six times. I would like to know what a long time was for you.",
            "The team says that it gets better. I believe it more when I hear it from somebody who was there.",
        ),
        (
            "For us the first whole night came after many months, and then for a while no second one. It did come.",
            "We take turns by the week and not by the night. One of us can plan, at least.",
            "The same three steps every evening, with the same song. It took weeks before it helped.",
            "A dim lamp in the corner, so that nobody has to look for the switch.",
        ),
    ),
    Theme(
        (("topic", "school"), ("tag", "school"), ("symptom", "fatigue")),
        (
            "What did you ask the school for, and what did they really do?",
            "How did you tell the other children in the class?",
            "A shorter day at nursery: how did yours begin?",
            "Who writes the plan for school with you?",
        ),
        (
            "Our child is tired by noon. The teachers are kind, and they do not know what to do.",
            "We have a meeting in two weeks and I want to come prepared.",
        ),
        (
            "We wrote one page: what it is, what helps, whom to ring. Every new teacher gets it.",
            "A place at the end of the row, and the right to go out without asking. That was most of it.",
            "Ask for one person who knows everything. With five people each knew a fifth.",
            "The class asked better questions than the adults. We let our child choose what to tell.",
        ),
    ),
    Theme(
        (("symptom", "frequent-falls"), ("tag", "aids-and-tools"), ("topic", "physiotherapy")),
        (
            "Which shoes and floors made falls softer?",
            "Did a helmet help, and how did you get it worn?",
            "Walking frame or pushchair for longer ways?",
            "How do you make stairs safer at home?",
        ),
        ("We are moving house and can still choose some things.", "I do not want to stop everything that is fun."),
        (
            "Socks with soft dots, and a carpet in the room where most of the running happens.",
            "We let our child stick stickers on it. After that it was theirs.",
            "Both. The frame for pride, the pushchair for the way home.",
            "A second rail at the height of a small hand.",
        ),
    ),
    Theme(
        (("topic", "rage-and-behaviour"), ("symptom", "irritability"), ("tag", "feelings")),
        (
            "How do you get through the storms in the afternoon?",
            "Was the anger part of it for you, too?",
            "What do you say to strangers when it happens in a shop?",
            "How did you find calm again afterwards, for yourself?",
        ),
        ("It comes from nothing and goes as quickly. Afterwards we are both tired.", "I know that it is not meant. It still hurts some days."),
        (
            "We stopped talking while it lasts. A hand on the back, if it is wanted. Words later.",
            "Yes. It got less, and we learned to see it coming.",
            "I carry a small card. I have used it twice. Knowing that it is there helps me.",
            "Ten minutes outside, alone, every day. We wrote it into the plan of the week.",
        ),
    ),
    Theme(
        (("tag", "siblings"), ("tag", "couple-and-family")),
        (
            "How do the brothers and sisters cope?",
            "What did you tell a sister of five?",
            "Time for the one who is well: how do you find it?",
            "Has anybody found a group for brothers and sisters?",
        ),
        (
            "She is very quiet about it, and that worries me more than questions would.",
            "I do not want one child to be the ill one and the other the good one.",
        ),
        (
            "One afternoon in the week belongs to him. We do not cancel it for anything small.",
            "The truth in three sentences. She asked for the fourth one herself, weeks later.",
            "We asked what she would like to know. Mostly it was: is it my fault?",
            "Our hospital had one, nobody had told us. Ask the social worker.",
        ),
    ),
    Theme(
        (("topic", "newly-diagnosed"), ("tag", "first-weeks"), ("tag", "feelings")),
        (
            "What would you have liked to know in the first week?",
            "How did you tell your parents?",
            "What goes into the bag for a long stay?",
            "When did you stop reading everything at night?",
        ),
        ("Everything is new and everybody speaks fast.", "I write things down and cannot read my own writing afterwards."),
        (
            "That one question a day is enough. I had a list of forty.",
            "I wrote one message for everybody and asked a friend to send it.",
            "A long cable, your own pillow, and something for you and not only for the child.",
            "When somebody here told me that they had done the same, and that it passes.",
        ),
    ),
    Theme(
        (("topic", "work"), ("tag", "work"), ("topic", "adults")),
        (
            "Screens at work when the world seems to jump?",
            "Did you tell your employer?",
            "Half days or fewer days?",
            "How do you plan a day when you do not know how it will be?",
        ),
        ("I want to stay, and I want to be honest.", "I am an adult with it and it is hard to explain to colleagues."),
        (
            "Larger letters, fewer windows, and a break that is in the calendar.",
            "I told one person. That was enough for what I needed.",
            "Fewer days. Every half day cost me a whole one.",
            "Two plans, a good one and a small one, and no bad feeling about the small one.",
        ),
    ),
    Theme(
        (("topic", "relapse"), ("tag", "relapse-worries")),
        (
            "How do you live with the fear that it comes back?",
            "Every cold makes me look for signs: does that end?",
            "Do you keep a diary of signs, and does it help?",
            "How do you talk about it without frightening the child?",
        ),
        ("Things are going well and I cannot enjoy it.", "I count everything and do not want to."),
        (
            "I have one day in the week for worrying. It sounds silly. It works for me.",
            "It got less with each cold that was only a cold.",
            "A line a day, no more. When I worry I can look, and mostly nothing has changed.",
            "We say: your body is learning. If it forgets something we ring the team.",
        ),
    ),
    Theme(
        (("topic", "specialists"), ("tag", "finding-a-doctor")),
        (
            "How far do you travel to your team?",
            "What do you bring to a first visit?",
            "How did you get a second opinion without a quarrel?",
            "Who writes down what was said?",
        ),
        ("Our hospital has not seen it before and says so honestly.", "We have half an hour, and two hours of questions."),
        (
            "Three hours, twice a year. In between our own doctors speak with them by telephone.",
            "A short film of a bad moment, and one of a good one.",
            "We said: we would like to learn from everybody. Nobody was cross.",
            "My sister comes along. She is not the mother, so she can listen.",
        ),
    ),
    Theme(
        (("topic", "speech"), ("symptom", "dysarthria"), ("treatment", "speech-and-language-therapy")),
        (
            "When did the words come back?",
            "Which games did speech therapy give you for home?",
            "Signs and pictures in between: did they help?",
            "How do grandparents understand a child that speaks little?",
        ),
        ("There were so many words before.", "We do not want to practise all day."),
        (
            "First the songs, then the names, then everything at once. It took its time.",
            "Blowing cotton wool over the table. It is a game as long as nobody says practice.",
            "A ring with ten pictures. After a month nobody looked at it any more, because we understood.",
            "We made a small film of what each sound means. They love it.",
        ),
    ),
    Theme(
        (("tag", "travel"), ("topic", "infections-and-vaccines")),
        (
            "Has anybody travelled by train with all the equipment?",
            "A holiday with few people: where to begin?",
            "Which papers do you carry abroad?",
            "Is a week with the grandparents a good idea?",
        ),
        ("We have not been away for two years.", "I would like something that is easy to leave early."),
        (
            "A compartment, a blanket on the floor, and the tickets that you can give back.",
            "A hut with a kitchen. Nobody looks, and one can go to bed at seven.",
            "A letter in two languages from the team, and the number to ring.",
            "It was for us. For them, too. We left a page with what to do.",
        ),
    ),
    Theme(
        (("tag", "money-and-benefits"), ("tag", "hospital-stays")),
        (
            "Who helped you with the forms?",
            "How do you pay for the journeys to the clinic?",
            "Did you get help at home?",
            "How do you keep your job during long stays?",
        ),
        ("I do not even know which office to ask.", "Everything wants the same papers, in another order."),
        (
            "The social worker of the hospital knew three things that we had never heard of.",
            "Keep every ticket in one envelope from the first day.",
            "Somebody for four hours a week. It was a beginning.",
            "I asked for leave in pieces. It is worth asking for what is not in the leaflet.",
        ),
    ),
    Theme(
        (("symptom", "intention-tremor"), ("treatment", "occupational-therapy"), ("tag", "aids-and-tools")),
        (
            "Cups, spoons and pens for shaky hands?",
            "What helped with buttons and zips?",
            "Writing by hand or on a keyboard?",
            "Which toys are fun and not frustrating?",
        ),
        ("I would like things that do not look like a hospital.", "The occupational therapist has ideas; I would like to hear yours, too."),
        (
            "Heavy spoons. They look like all the others.",
            "A ring on the zip, and time in the morning.",
            "Both, and nobody says which is better.",
            "Large magnets on the fridge. And water, always water.",
        ),
    ),
    Theme(
        (("tag", "growing-up"), ("topic", "long-term-outcome"), ("tag", "explaining-it")),
        (
            "When did you tell your child what it is called?",
            "Teenagers: how much do you still go along?",
            "Those who were small when it began: what do you remember?",
            "Learning to drive, or to live alone: how was it?",
        ),
        ("He asks more than I can answer.", "I would like to hear from those who are grown up."),
        (
            "When the questions came. The name was less important to him than I had feared.",
            "I wait outside for the first half. It was hard for me, and good.",
            "The smell of the corridor and my father's jumper. Not much else, and I am well.",
            "Later than my friends, and in small steps. Nobody asks about it any more.",
        ),
    ),
    Theme(
        (("tag", "sports-and-play"), ("treatment", "physiotherapy"), ("topic", "exercise")),
        (
            "Swimming: how did you begin again?",
            "Which sport suits somebody who tires quickly?",
            "Playgrounds: what do you let happen?",
            "Does practising at home become a fight for you, too?",
        ),
        ("I miss doing things together that are just fun.", "We want to move and not to train."),
        (
            "In the warm pool, ten minutes, holding on to me. Ten minutes became twenty.",
            "A tricycle for adults. I get looks, and I get to the bakery.",
            "More than I did before. I stand near, and look the other way.",
            "We let the physiotherapist be the strict one. At home we play.",
        ),
    ),
)
GREETINGS = ("", "", "", "Hello, all.", "Thank you for reading.", "A question from a tired evening.")
MORE = (
    "",
    "",
    "It may be quite different for you.",
    "That was us; everybody is different.",
    "Ask your team, they know you.",
    "I wish you a good night.",
    "Give it time, and be kind to yourself.",
    "Tell us how it goes, if you like.",
)
COMMENTS = (
    "Thank you, that helps.",
    "It was the same for us.",
    "How long did that take?",
    "I had not thought of that.",
    "We tried it, and it is worth the trouble.",
    "I read this twice. Thank you.",
    "Good that you wrote it down.",
)
