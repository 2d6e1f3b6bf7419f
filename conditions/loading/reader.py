"""Read a condition's folder: every file, every cross-reference, before anything is written."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from conditions.loading import schema
from conditions.loading.checks import check_references
from conditions.loading.lines import ContentFaults, Document, Fault, read_page, read_yaml, unreadable

Shape = TypeVar("Shape")
FOLDERS: dict[str, type[schema.PageHead]] = {"topics": schema.PageHead, "symptoms": schema.SymptomHead, "treatments": schema.TreatmentHead}
KINDS = {"topics": "topic", "symptoms": "symptom", "treatments": "treatment"}


@dataclass
class PageFile:
    """A page: its kind and slug, its checked head, its Markdown body, and the document for faults."""

    kind: str
    slug: str
    head: Any
    body: str
    document: Document


@dataclass
class ConditionFiles:
    """All files of a condition, checked. digest: of all bytes, so that an unchanged folder need not be loaded again."""

    digest: str
    condition: schema.ConditionFile
    sources: list[schema.SourceEntry]
    symptoms: list[schema.SymptomEntry]
    ancestors: list[schema.AncestorEntry]
    treatments: list[schema.TreatmentEntry]
    organisations: list[schema.OrganisationEntry]
    glossary: list[schema.GlossaryEntry]
    help_numbers: list[schema.HelpEntry]
    pages: list[PageFile]
    documents: dict[str, Document] = field(default_factory=dict, repr=False)


LISTS: dict[str, type[BaseModel]] = {
    "sources": schema.SourceEntry,
    "symptoms": schema.SymptomEntry,
    "ancestors": schema.AncestorEntry,
    "treatments": schema.TreatmentEntry,
    "organisations": schema.OrganisationEntry,
    "glossary": schema.GlossaryEntry,
    "help_numbers": schema.HelpEntry,
}


def folder_digest(root: Path) -> str:
    """Return a digest of all files of a folder. Raises ContentFaults when there is no such folder, or a file cannot be read."""
    if not root.is_dir():
        raise ContentFaults([Fault(root.as_posix(), 1, "", "There is no such folder.")])
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in (".yaml", ".md"):
            file = path.relative_to(root).as_posix()
            try:
                digest.update(os.fsencode(file) + b"\0" + path.read_bytes() + b"\0")
            except OSError as error:
                raise ContentFaults([unreadable(file, error)]) from None
    return digest.hexdigest()


def read_condition(
    root: Path, *, reserved: frozenset[str] = frozenset(), reserved_topics: frozenset[str] = frozenset(), today: date | None = None
) -> ConditionFiles:
    """Read and check a folder.

    reserved: words a condition's slug must not be (they begin other addresses). reserved_topics: words no topic may be.
    today: nothing can have been checked or seen later than this; the system's day where none is given.
    Raises ContentFaults with every fault found; nothing is written by this function in any case.
    """
    digest = folder_digest(root)
    faults: list[Fault] = []
    documents: dict[str, Document] = {}
    values: dict[str, Any] = {}

    def take(name: str, shape: Any) -> None:
        try:
            documents[name] = read_yaml(root / f"{name.replace('_', '-')}.yaml", root)
            values[name] = _checked(documents[name], shape)
        except ContentFaults as error:
            faults.extend(error.faults)

    take("condition", schema.ConditionFile)
    for name, shape in LISTS.items():
        take(name, list[shape])  # type: ignore[valid-type]
    pages = _read_pages(root, faults)
    if faults:
        raise ContentFaults(faults)
    files = ConditionFiles(digest=digest, pages=pages, documents=documents, **values)
    faults = check_references(files, reserved=reserved, reserved_topics=reserved_topics, today=today or date.today())
    if faults:
        raise ContentFaults(faults)
    return files


def _read_pages(root: Path, faults: list[Fault]) -> list[PageFile]:
    pages = []
    found: list[tuple[str, Path, type[schema.PageHead]]] = [("topic", root / "overview.md", schema.PageHead)]
    for folder, shape in FOLDERS.items():
        found += [(KINDS[folder], path, shape) for path in sorted((root / folder).glob("*.md"))]
    for kind, path, shape in found:
        try:
            document = read_page(path, root)
            head = _checked(document, shape)
        except ContentFaults as error:
            faults.extend(error.faults)
        else:
            pages.append(PageFile(kind, path.stem, head, document.body, document))
    return pages


def _checked(document: Document, shape: type[Shape]) -> Shape:
    """Return the document's value in its shape. Raises ContentFaults, one for each field."""
    try:
        return TypeAdapter(shape).validate_python(document.value)
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False, include_input=False):
            message = detail["msg"].removeprefix("Value error, ")
            if detail["type"] == "extra_forbidden":
                message = "This field is not known here."
            elif detail["type"] == "missing":
                message = "This field is missing."
            faults.append(document.fault(tuple(detail["loc"]), message))
        raise ContentFaults(faults) from None
