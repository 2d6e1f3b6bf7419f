"""What generated members write about themselves: sentences made up by hand, without medicine, places or people, put together by chance."""

from random import Random

_OPENINGS = (
    "Hello, and thank you to everybody who keeps this place friendly.",
    "I found this site late at night and stayed until the morning.",
    "I am new to writing in forums, but I have been reading for a while.",
    "Glad to have found people who know what these weeks feel like.",
    "Hello from a small flat full of picture books.",
    "I read more than I write, and I answer slowly.",
    "I like plain words and short answers.",
    "We are a small family with a big dog.",
    "I joined because a friend told me that people here listen.",
    "Good morning to all who are up too early as well.",
    "I write in the evenings, when the house is quiet.",
    "For a long time I thought that we were the only ones.",
)
_BY_ROLE = {
    "parent": (
        "I look after a child who loves trains and hates bedtime.",
        "My child is the funniest person I know.",
        "There are three of us at home, and a cat that rules us all.",
        "I am the one with the folder: every letter has a place in it.",
        "My partner and I take turns with the nights.",
        "We have good days and long days, and we count the good ones.",
        "My youngest draws whales on everything.",
        "I learned to ask for help here. It took me a while.",
        "The brothers and sisters have questions too, and I collect them.",
        "I keep a list of small things that went well.",
    ),
    "person": (
        "I have it myself, and I like to talk about everyday things.",
        "I was small when it began, so most of what I know was told to me.",
        "I work part of the week, and I plan my days with care.",
        "I am happy to answer questions about school as I remember it.",
        "I would like to meet others of my age.",
        "I play chess by post, slowly and badly.",
        "I have learned to laugh about the strange looks.",
        "I write short messages: typing takes me a while.",
    ),
    "family": (
        "I am a grandparent, and I want to understand better.",
        "I am an aunt, and I help with the shopping and the other children.",
        "My best friend's child is ill, and I want to be of use.",
        "I am a brother, and I read here so that I need not ask at home.",
        "I look after the neighbours' children on hospital days.",
    ),
    "professional": (
        "I am here to listen and to learn, not to advise.",
        "I work with children, and I want to hear how it is at home.",
        "I meet few families with rare illnesses, and each taught me something.",
        "I cannot say anything about your own case here, but I can help you to find the right questions.",
    ),
    "organisation": (
        "We are a small association that brings families together.",
        "We answer letters, and we meet once a year for a weekend with cake.",
    ),
    "": ("I only want to read for now.", "I like to keep to myself, and I wish you all well."),
}
_BEREAVED = (
    "I am not in a hurry any more, so I have time to listen.",
    "I stay because people here were kind to us.",
    "You may ask me things that are hard to ask.",
)
_LIKES = (
    "I bake bread and forget the time.",
    "I like old maps, strong tea and the sea.",
    "On Sundays we walk by the river, whatever the weather.",
    "I sing in a choir that is better than I am.",
    "I grow tomatoes on a very small balcony.",
    "I knit hats. If you need a hat, tell me.",
    "I repair bicycles, mostly other people's.",
    "I read detective stories from the last page backwards.",
    "I like trains, timetables and the seats by the window.",
    "I am learning to play the ukulele, to nobody's delight.",
    "Football on the radio is my way to rest.",
    "I collect buttons and bad jokes.",
    "I watch birds from the kitchen window.",
    "I paint, but only fences.",
    "I like board games that are over within the hour.",
)
_ENDINGS = (
    "Write to me about anything small.",
    "Please use short sentences: my English is still growing.",
    "I may take a few days to answer.",
    "Thank you for reading.",
    "Be kind to yourselves.",
    "I am looking for families who live with two languages.",
    "Ask me about travelling with a pushchair.",
    "I am glad to translate when I can.",
    "Nice to meet you.",
    "One day at a time.",
)
# In the first language of some members, so that pages show more than one language and direction.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "fr": (
        "Bonjour à tous, je suis contente d’avoir trouvé cet endroit.",
        "Je lis beaucoup et j’écris peu.",
        "Nous aimons les crêpes, la pluie et les longues histoires.",
        "Je réponds surtout le soir.",
        "Merci à celles et ceux qui prennent le temps de répondre.",
        "À la maison, on parle deux langues et on rit dans les deux.",
    ),
    "de": (
        "Hallo zusammen, schön, dass es diesen Ort gibt.",
        "Ich lese viel und schreibe wenig.",
        "Wir mögen Regen, Kuchen und lange Geschichten.",
        "Ich antworte meistens abends.",
        "Danke an alle, die sich Zeit nehmen.",
        "Bei uns zu Hause gibt es einen Hund, der alles besser weiß.",
    ),
    "es": (
        "Hola a todos, me alegra haber encontrado este lugar.",
        "Leo mucho y escribo poco.",
        "Nos gustan el mar, los cuentos largos y la tortilla.",
        "Suelo contestar por la noche.",
        "Gracias a quienes se toman el tiempo de responder.",
        "En casa somos cuatro y un gato muy serio.",
    ),
    "it": (
        "Ciao a tutti, sono felice di aver trovato questo posto.",
        "Leggo molto e scrivo poco.",
        "Ci piacciono il mare, le storie lunghe e la focaccia.",
        "Di solito rispondo la sera.",
        "Grazie a chi trova il tempo di rispondere.",
    ),
    "pt": (
        "Olá a todos, que bom ter encontrado este lugar.",
        "Leio muito e escrevo pouco.",
        "Gostamos de praia, de histórias longas e de bolo de laranja.",
        "Costumo responder à noite.",
        "Obrigado a quem tira um tempo para responder.",
    ),
    "nl": ("Hallo allemaal, fijn dat deze plek bestaat.", "Ik lees veel en schrijf weinig.", "Wij houden van fietsen, ook met wind tegen."),
    "pl": ("Cześć wszystkim, dobrze, że jest takie miejsce.", "Dużo czytam, mało piszę.", "Lubimy las, naleśniki i długie opowieści."),
    "ru": ("Здравствуйте, хорошо, что есть такое место.", "Я много читаю и мало пишу.", "Мы любим лес, блины и длинные истории."),
    "ar": ("مرحبا بالجميع، يسعدني أنني وجدت هذا المكان.", "أقرأ كثيرا وأكتب قليلا.", "نحب البحر والحكايات الطويلة والشاي بالنعناع."),
    "he": ("שלום לכולם, טוב שיש מקום כזה.", "אני קורא הרבה וכותב מעט.", "אצלנו אוהבים ים, סיפורים ארוכים ולימונדה."),
    "ja": ("みなさん、こんにちは。この場所が見つかってうれしいです。", "読むことが多く、書くことは少ないです。", "家族で散歩と昔話が好きです。"),
}


def about(rng: Random, *, role: str, languages: list[str], bereaved: bool) -> str:
    """Return a short text in a language that the member speaks, or an empty string for the one in four who writes none."""
    own = languages[0] in _ELSEWHERE and ("en" not in languages or rng.random() < 0.5)
    if rng.random() < 0.25:
        return ""
    if own:
        lines = _ELSEWHERE[languages[0]]
        parts = rng.sample(lines, rng.randint(2, min(4, len(lines))))
    elif "en" not in languages:
        return ""
    elif bereaved:
        parts = [rng.choice(_BEREAVED), rng.choice(_LIKES)]
    else:
        chances = ((_OPENINGS, 0.7), (_BY_ROLE[role], 0.9), (_LIKES, 0.6), (_ENDINGS, 0.4))
        parts = [rng.choice(lines) for lines, chance in chances if rng.random() < chance]
    between = "\n\n" if len(parts) > 2 and rng.random() < 0.3 else " "
    return between.join(parts)
