"""Whether a text speaks of doses, or of changing a treatment (pure): a word list, by language. It decides about a callout and nothing else.

It is tried on every text in every language, because nobody says in which language they quote a leaflet. Better a callout too many than none:
it takes nothing away from what was written.
"""

import re

# A number with a unit in which medicines are measured. Plain grams and litres are for cakes.
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNITS = (
    "mg mcg µg μg ug ml milligram milligrams millilitre millilitres milliliter milliliters microgram micrograms milligramm mikrogramm milligramme "
    "milligrammes microgramme microgrammes miligramo miligramos i.u. iu i.e. ie unit units"
)
_UNIT = "(?:" + "|".join(re.escape(unit) for unit in sorted(_UNITS.split(), key=len, reverse=True)) + ")"
DOSE = re.compile(rf"(?<![\w.,]){_NUMBER}\s?(?:{_UNIT}(?!\w)|g\s?/\s?kg(?!\w))", re.IGNORECASE)

# By language: what one does with a medicine, and what a medicine is called; both within REACH words of one another, in one sentence.
# A stem with a hyphen at its end stands for every word that begins so.
REACH = 6
WORDS: dict[str, tuple[str, str]] = {
    "en": (
        "stop stopped stopping stops quit quitting skip skipped skipping reduce reduced reducing reduces taper- wean- halve- halving double doubled "
        "doubling lower lowered lowering raise raised raising increase increased increasing cut discontinue- restart-",
        "medicine medicines medication medications medicament- drug drugs tablet tablets pill pills dose doses dosage "
        "dosing steroid steroids treatment treatments therapy infusion infusions injection injections acth ivig "
        "cortico- pred- dexameth- methylpred- hydrocort- rituximab cyclophosph- immunoglobulin- chemo chemotherapy clonazepam melatonin trazodone",
    ),
    "de": (
        "absetz- abgesetz- weglass- weggelassen reduzier- ausschleich- ausgeschlich- halbier- verdoppel- erhöh- gesenkt senken",
        "medikament- arznei- tablette- dosis dosen dosierung- kortison- cortison- steroid- prednis- dexameth- behandlung- "
        "therapie- infusion- spritze-",
    ),
    "fr": (
        "arrêt- stopp- rédui- diminu- doubl- sevr- augment-",
        "médicament- comprimé- dose doses posologie- corticoïde- cortisone prednis- dexaméth- traitement- thérapie- perfusion- piqûre-",
    ),
    "es": (
        "dejar dejé dejamos suspend- reduc- reduj- bajar bajamos duplic- aument- retir-",
        "medicament- medicina- pastilla- dosis corticoide- cortisona prednis- dexamet- tratamiento- terapia- infusi- inyecci-",
    ),
}
# Alone enough: whoever writes it speaks of how much.
ALONE = re.compile(r"(?<!\w)(?:overdos\w*|dosages?|mg\s?/\s?kg|überdos\w*|surdos\w*|sobredosis)(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"\w+", re.UNICODE)
_SENTENCE = re.compile(r"[.!?\n]+(?:\s|$)|\n+")


def speaks_of_medicine(text: str) -> bool:
    """Return whether a plain text names a dose, or speaks of stopping, reducing or raising a medicine."""
    if DOSE.search(text) or ALONE.search(text):
        return True
    return any(_near(sentence) for sentence in _SENTENCE.split(text.casefold()))


def _near(sentence: str) -> bool:
    """Return whether a word of doing stands within REACH words of a word for a medicine, in one language."""
    words = _WORD.findall(sentence)
    for doing, medicine in _PATTERNS:
        deeds = [place for place, word in enumerate(words) if doing(word)]
        if deeds and any(abs(place - deed) <= REACH for place, word in enumerate(words) if medicine(word) for deed in deeds[:50]):
            return True
    return False


def _pattern(words: str):
    whole = frozenset(word.casefold() for word in words.split() if not word.endswith("-"))
    stems = tuple(word[:-1].casefold() for word in words.split() if word.endswith("-"))
    return lambda word: word in whole or word.startswith(stems)


_PATTERNS = [(_pattern(doing), _pattern(medicine)) for doing, medicine in WORDS.values()]
