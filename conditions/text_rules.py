"""What a reference text has to keep (pure): marks that name sources, links that lead somewhere, headings in order, no block without a mark."""

import re
from collections.abc import Callable, Collection, Iterator

from conditions.marks import LINK, MARK, OURS, blocks, keys_of, links_of, without_marks

# The ids of the templates of a page: a heading of the same words would double one.
OWN_IDS = frozenset(
    "about-term about-treatment all ask codes counts evidence frequency key-facts lists main names often paths questions red-flags "
    "related sources toc unknown voices".split()
)
FULL_HEADING = 40  # characters of an id, at most
_KEY = re.compile(r"S\d{1,4}[a-z]?")
_BROKEN = re.compile(r"\[@[^\[\]\n]{0,40}\]?|\[S\d+\w?\]")
_ODD_LINK = re.compile(r"\]\((?!https?://)([^)]*)\)")
_PICTURE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|^ {0,3}\[[^\]@\n]+\]:.*", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*$", re.MULTILINE)
_NO_HEADING = re.compile(r"^ {0,3}#+[^#\s].*", re.MULTILINE)
_UNDERLINED = re.compile(r"^ {0,3}(?![-*+>|#])(\S.*)\n {0,3}(=+|-+)[ \t]*$", re.MULTILINE)
_LEADING_WORDS = 25  # a block that only points to a page is no longer than this
_WORD = re.compile(r"[’'-]*[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ’'-]*")

TextFault = tuple[str, str]  # what is wrong, in words; the piece of the text that it is about


def faults_of(
    text: str,
    keys: Collection[str],
    known: Collection[tuple[str, str]],
    *,
    every_block: bool = True,
    gettext: Callable[[str], str] = str,
) -> list[TextFault]:
    """Return what is wrong with a Markdown text, each fault once.

    keys: of all sources. known: pages that may be linked, as (kind, slug). every_block: whether each paragraph, list item and table row
    needs a mark. gettext: translates the words, where there is a reader's language; it bears this name so that makemessages finds them.
    """
    found = [
        *_faults_of_marks(text, keys, gettext),
        *_faults_of_links(text, known, gettext),
        *_faults_of_headings(text, gettext),
    ]
    if every_block:
        words = gettext("“%(start)s” has no source: end it with a mark such as [@S1], or [@us] for our own conclusion.")
        found += [(words % {"start": _shortened(block)}, _piece(block, text)) for block in unmarked_blocks(text)]
    return list({message: (message, piece) for message, piece in reversed(found)}.values())[::-1]


def unmarked_blocks(text: str) -> list[str]:
    """Return paragraphs, list items and table rows without a mark; a line that leads on (":") or only points to a page needs none."""
    return [block for block in blocks(text) if not (MARK.search(block) or block.rstrip("* ").endswith(":") or _only_points(block))]


def heading_id(words: str) -> str:
    """Return the id that a heading's words give."""
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-")[:FULL_HEADING].strip("-") or "part"


def _only_points(block: str) -> bool:
    return bool(links_of(block)) and len(_WORD.findall(without_marks(block))) <= _LEADING_WORDS and not re.search(r"\d", block)


def _faults_of_marks(text: str, keys: Collection[str], gettext: Callable[[str], str]) -> Iterator[TextFault]:
    no_mark = gettext("“%(mark)s” is no mark: write [@S1].")
    for match in MARK.finditer(text):
        found = keys_of(match.group(1))
        unknown = [key for key in found if key != OURS and key not in keys]
        if not found:
            yield no_mark % {"mark": "[@]"}, match.group()
        elif not all(_KEY.fullmatch(key) for key in unknown):
            yield no_mark % {"mark": match.group()}, match.group()
        else:
            for key in unknown:
                yield gettext("There is no source %(key)s.") % {"key": key}, match.group()
    for match in _BROKEN.finditer(MARK.sub("", text)):
        yield no_mark % {"mark": match.group()}, match.group()


def _faults_of_links(text: str, known: Collection[tuple[str, str]], gettext: Callable[[str], str]) -> Iterator[TextFault]:
    for kind, slug in links_of(text):
        if (kind, slug) not in known:
            yield gettext("The link %(link)s leads nowhere.") % {"link": f"{kind}:{slug}"}, f"({kind}:{slug})"
    for match in _PICTURE.finditer(text):
        yield gettext("“%(piece)s” is shown nowhere: write links as [words](topic:...), and no pictures.") % {"piece": match.group()}, match.group()
    for match in _ODD_LINK.finditer(LINK.sub(r"\1", _PICTURE.sub("", text))):
        link = match.group(1)
        yield gettext("The link (%(link)s) is none we know: write topic:, symptom:, treatment: or page:.") % {"link": link}, f"({link})"


def _faults_of_headings(text: str, gettext: Callable[[str], str]) -> Iterator[TextFault]:
    first_level = gettext("Headings begin at ##: the title is the page's only first-level heading.")
    for match in _UNDERLINED.finditer(text):
        if match.group(2).startswith("="):
            yield first_level, match.group(1)
        else:
            yield gettext("“%(words)s” is made a heading by the line below it: write ##.") % {"words": match.group(1)}, match.group(1)
    for match in _NO_HEADING.finditer(text):
        yield gettext("“%(words)s” is no heading: leave a space after #.") % {"words": match.group().strip()}, match.group()
    above = 1
    for match in _HEADING.finditer(text):
        level, words = len(match.group(1)), re.sub(r"[*_`]", "", without_marks(match.group(2) or "")).strip(" #")
        if level == 1:
            yield first_level, match.group()
            continue
        if level > above + 1:
            yield gettext("“%(words)s” skips a level of headings.") % {"words": words}, match.group()
        if level == 2 and (heading_id(words) in OWN_IDS or re.fullmatch(r"[cs]\d+", heading_id(words))):
            yield gettext("The page has a part called “%(words)s” already: choose other words for this heading.") % {"words": words}, match.group()
        above = level


def _shortened(block: str) -> str:
    return block if len(block) <= 60 else f"{block[:59].rstrip()}…"


def _piece(block: str, text: str) -> str:
    """Return the longest beginning of a block, in whole words, that stands in the text as one line."""
    while block not in text and " " in block:
        block = block.rpartition(" ")[0]
    return block
