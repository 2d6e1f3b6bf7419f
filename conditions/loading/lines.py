"""YAML with line numbers, and Markdown pages with a YAML head."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# The C parser is ten times faster and knows lines too; the pure one is the fallback where libyaml is missing.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Where = tuple[str | int, ...]
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")  # PostgreSQL keeps no null character, UTF-8 no half of a pair
_NO_TEXT = "A character here is no text: take it out."
_TOO_DEEP = "The lists lie too deep in one another."


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: file (relative to the folder), line (from 1), field ("names.2.source", "" for the file), why."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Return one line for people."""
        where = f", {self.field}" if self.field else ""
        return f"{self.file}, line {self.line}{where}: {self.message}"


class ContentFaults(Exception):
    """The files are not right; nothing was written. `faults` is sorted by file and line."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Document:
    """A parsed file: its value, and where each field stands. For a page, `body` is the Markdown under the head."""

    file: str
    value: Any
    lines: dict[Where, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1

    def line(self, where: Where) -> int:
        """Return the line of a field, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, where: Where, message: str, *, within: str = "") -> Fault:
        """Return a fault of a field. within: a piece of the field's text, to name its own line."""
        line = self.line(where)
        if where == ("body",):
            line = self.body_line + (self.body[: self.body.find(within)].count("\n") if within in self.body else 0)
        elif within:
            text = self.value
            for step in where:
                text = text[step]
            if isinstance(text, str) and within in text and "\n" in text:
                line += 1 + text[: text.find(within)].count("\n")
        return Fault(self.file, line, ".".join(map(str, where)), message)


def read_yaml(path: Path, root: Path) -> Document:
    """Read a YAML file. Raises ContentFaults when it is missing, is no UTF-8, does not parse or repeats a key."""
    file = path.relative_to(root).as_posix()
    return _document(file, _text(path, file), 0)


def read_page(path: Path, root: Path) -> Document:
    """Read a Markdown file with a YAML head. Raises ContentFaults as `read_yaml`, or without a head."""
    file = path.relative_to(root).as_posix()
    lines = _text(path, file).split("\n")
    if lines[0].strip() != "---":
        raise ContentFaults([Fault(file, 1, "", "The file has to begin with --- and a YAML head.")])
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        raise ContentFaults([Fault(file, 1, "", "The YAML head has no end: a second line of --- is missing.")])
    document = _document(file, "\n".join(lines[1:end]), 1)
    body = "\n".join(lines[end + 1 :])
    lead = len(body) - len(body.lstrip("\n"))
    document.body, document.body_line = body.strip(), end + 2 + lead
    return document


def _text(path: Path, file: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentFaults([Fault(file, 1, "", "The file is missing.")]) from None
    except OSError as error:
        raise ContentFaults([unreadable(file, error)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ContentFaults([Fault(file, line, "", "The file is no UTF-8 text.")]) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ContentFaults([Fault(file, line, "", _NO_TEXT)])
    return text


def unreadable(file: str, error: OSError) -> Fault:
    """Return the fault of a file that the system does not let us read."""
    reason = "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror or "no reason given"
    return Fault(file, 1, "", f"The file cannot be read: {reason}.")


def _document(file: str, text: str, offset: int) -> Document:
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + 1 + offset
        raise ContentFaults([Fault(file, line, "", f"This is no valid YAML: {error.problem or error.context}.")]) from None
    except yaml.YAMLError as error:
        raise ContentFaults([Fault(file, 1 + offset, "", f"This is no valid YAML: {str(error).splitlines()[0]}.")]) from None
    except RecursionError:
        raise ContentFaults([Fault(file, 1 + offset, "", _TOO_DEEP)]) from None
    document = Document(file, None)
    if node is not None:
        try:
            document.value = _value(node, (), document, offset, set())
        except RecursionError:
            raise ContentFaults([Fault(file, 1 + offset, "", _TOO_DEEP)]) from None
    return document


def _value(node: yaml.Node, where: Where, document: Document, offset: int, met: set[int]) -> Any:
    line = document.lines[where] = node.start_mark.line + 1 + offset
    if id(node) in met:  # an alias may point to what it stands in, or double with each line
        raise ContentFaults([Fault(document.file, line, ".".join(map(str, where)), "This is used again by an alias (*): write it out.")])
    met.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1 + offset
            if key in mapping:
                raise ContentFaults([Fault(document.file, line, ".".join(map(str, (*where, key))), "This field stands here twice.")])
            mapping[key] = _value(value_node, (*where, key), document, offset, met)
            document.lines[(*where, key)] = line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*where, number), document, offset, met) for number, item in enumerate(node.value)]
    constructor = yaml.SafeLoader("")
    try:
        value = constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise ContentFaults([Fault(document.file, node.start_mark.line + 1 + offset, ".".join(map(str, where)), f"{error}")]) from None
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ContentFaults([Fault(document.file, line, ".".join(map(str, where)), _NO_TEXT)])
    return value
