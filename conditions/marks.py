"""The marks of reference texts (pure): citations `[@S1 @S2]`, our own conclusions `[@us]`, links `[text](topic:slug)`."""

import re

OURS = "us"
LINK_KINDS = ("topic", "symptom", "treatment", "page")
PAGES = ("help-now", "how-we-review")

MARK = re.compile(r"\[@([^\[\]\n]{1,80})\]")
LINK = re.compile(r"\[([^\[\]\n]+)\]\((%s):([^()\s]*)\)" % "|".join(LINK_KINDS))
REFERENCE = re.compile(r"(%s):([a-z0-9-]+)" % "|".join(LINK_KINDS[:3]))
_SENTENCE = re.compile(r"(?<=[.!?…])[\"’”)]*\s+(?=[\"‘“(]*[A-Z0-9])")
_ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|vs|approx|Dr|St|No|ca)\.")


def keys_of(mark: str) -> list[str]:
    """Return the keys inside a mark: "S1 @S2" gives ["S1", "S2"]."""
    return [part.removeprefix("@") for part in mark.replace(",", " ").split()]


def cited_keys(*texts: str) -> list[str]:
    """Return the keys of all marks in order of first use, our own mark left out."""
    keys = (key for text in texts for mark in MARK.findall(text) for key in keys_of(mark))
    return [key for key in dict.fromkeys(keys) if key != OURS]


def links_of(*texts: str) -> list[tuple[str, str]]:
    """Return (kind, slug) of all links between pages."""
    return [(kind, slug) for text in texts for _, kind, slug in LINK.findall(text)]


def without_marks(text: str) -> str:
    """Return `text` without citation marks and with links as their words."""
    return LINK.sub(r"\1", MARK.sub("", text))


def blocks(text: str) -> list[str]:
    """Return the paragraphs, list items and table rows of a Markdown text, headings and table rules left out."""
    found: list[str] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        for line in part.split("\n"):
            line = line.strip()
            if not line or line.startswith("#") or re.fullmatch(r"\|?[\s:|-]+\|?", line):
                continue
            starts = re.match(r"(?:[-*+]|\d+[.)])\s+", line)
            new_row = line.startswith("|")
            if starts or new_row or not found or found[-1] == "":
                found.append(line[starts.end() :] if starts else line)
            else:
                found[-1] += " " + line
        found.append("")
    return [block for block in found if block and not _is_table_head(block, text)]


def _is_table_head(block: str, text: str) -> bool:
    """Return whether a table row is the row above its rule."""
    return block.startswith("|") and bool(re.search(re.escape(block) + r"\s*\n\s*\|?\s*:?-{2,}", text))


def sentences(text: str) -> list[str]:
    """Return the sentences of a Markdown text: marks gone, table cells and list items parted."""
    found: list[str] = []
    for block in blocks(text):
        plain = _ABBREVIATIONS.sub(lambda match: match.group().replace(".", ""), without_marks(block))
        for cell in plain.strip("|").split("|"):
            found += [part.strip() for part in _SENTENCE.split(cell.strip()) if part.strip()]
    return found
