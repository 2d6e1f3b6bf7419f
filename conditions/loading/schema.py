"""The shape of each content file. pydantic checks it; `reader` turns its error paths into lines."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Kind = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Blank = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40)]
Hpo = Annotated[str, StringConstraints(pattern=r"^HP:\d{7}$", max_length=10)]
Key = Annotated[str, StringConstraints(pattern=r"^S\d{1,4}[a-z]?$", max_length=12)]
Reference = Annotated[str, StringConstraints(pattern=r"^(?:topic|symptom|treatment):[a-z0-9-]+$")]
Country = Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]{2})?$", max_length=2)]
Address = Annotated[str, StringConstraints(pattern=r"^(?:https?://\S+)?$", max_length=400)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class Strict(BaseModel):
    """No field we do not know: a misspelt one must not be dropped in silence."""

    model_config = ConfigDict(extra="forbid")


class Name(Strict):
    """Another name of the condition."""

    name: Short
    kind: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    source: Key | None = None


class Code(Strict):
    """A code in a classification."""

    system: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    note: Blank = ""
    source: Key
    doubtful: bool = False


class Titled(Strict):
    """A key and the words for it."""

    key: Handle
    title: Short


class Group(Titled):
    """A group of topics, in order; a topic without a file is planned and shown nowhere."""

    topics: list[Slug]


class Path(Titled):
    """A reading path through topics."""

    text: Text
    topics: list[Slug] = Field(min_length=2)


class Credit(Strict):
    """An acknowledgement a licence asks for."""

    text: Text
    url: Address = ""


class ConditionFile(Strict):
    """condition.yaml."""

    slug: Annotated[Slug, StringConstraints(max_length=60)]
    language: str = Field("en", max_length=12, pattern=r"^[a-z]{2,3}(?:-[A-Za-z]{2,8})*$")
    order: int = Field(1, ge=1, le=1000)
    name: Short
    short_name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    tagline: Annotated[str, StringConstraints(max_length=120)] = ""
    intro: Text
    description: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    hpo_release: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    frequency_source: Key
    credits: list[Credit] = []
    names: list[Name]
    codes: list[Code]
    groups: list[Group] = Field(min_length=1)
    paths: list[Path] = []
    symptom_categories: list[Titled] = Field(min_length=1)
    treatment_kinds: list[Titled] = Field(min_length=1)


class SourceEntry(Strict):
    """One entry of sources.yaml."""

    key: Key
    title: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    authors: Blank = ""
    container: Annotated[str, StringConstraints(max_length=200)] = ""
    year: int | None = Field(None, ge=1850, le=2100)
    kind: Kind
    doi: Annotated[str, StringConstraints(pattern=r"^(?:10\.\S+)?$", max_length=120)] = ""
    pmid: Annotated[str, StringConstraints(pattern=r"^\d*$", max_length=20)] = ""
    pmcid: Annotated[str, StringConstraints(pattern=r"^(?:PMC\d+)?$", max_length=20)] = ""
    url: Address = ""
    people: Annotated[Count, Field(ge=1)] | None = None
    seen: Annotated[str, StringConstraints(max_length=40)] = ""
    uncertain: bool = False
    note: Blank = ""


class AncestorEntry(Strict):
    """One entry of ancestors.yaml."""

    hpo_id: Hpo
    name: Short
    ic: float = Field(ge=0, le=20, allow_inf_nan=False)
    n_diseases: Count
    is_a: list[Hpo]


class SymptomEntry(Strict):
    """One entry of symptoms.yaml."""

    hpo_id: Hpo
    slug: Slug
    name: Short
    plain_name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    category: Handle
    synonyms: list[Short] = []
    is_a: list[Hpo] = Field(min_length=1)
    ancestors: list[Hpo] = Field(min_length=1)
    ic: float = Field(ge=0, le=20, allow_inf_nan=False)
    ic_imputed: bool = False
    n_diseases: Count
    frequency: Literal["very-frequent", "frequent", "occasional"] | None = None
    support: Literal["core", "common", "reported", "uncertain", "differential", "treatment-effect"]
    sources: list[Key] = []
    note: str = ""


class TreatmentEntry(Strict):
    """One entry of treatments.yaml."""

    slug: Slug
    name: Short
    plain_name: Short
    also_called: list[Short] = []
    kind: Handle
    used_for: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    evidence_level: Literal["randomised-trial", "observational", "case-reports", "expert-opinion", "none"]
    evidence_note: Annotated[str, StringConstraints(max_length=300)] = ""
    side_effects: list[Short] = []
    monitoring: list[Short] = []
    sources: list[Key] = []


class OrganisationEntry(Strict):
    """One entry of organisations.yaml."""

    name: Short
    country: Country = ""
    kind: Kind
    offers: Text
    languages: list[Short] = []
    url: Address = ""
    source: Key
    seen: date


class GlossaryEntry(Strict):
    """One entry of glossary.yaml."""

    term: Annotated[str, StringConstraints(min_length=2, max_length=80)]
    slug: Slug
    also: list[Short] = []
    text: Text


class HelpEntry(Strict):
    """One entry of help-numbers.yaml."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$", max_length=2)]
    kind: Literal["emergency", "emergency-text", "crisis", "poison", "health-advice"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    number: Annotated[str, StringConstraints(pattern=r"^(?:[+\d][\d \-()/]*)?$", max_length=40)] = ""
    text: Annotated[str, StringConstraints(pattern=r"^(?:[+\d][\d \-()/]*)?$", max_length=40)] = ""
    languages: list[Short] = []
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=400)]
    seen: date

    @model_validator(mode="after")
    def _some_number(self):
        if not self.number and not self.text:
            raise ValueError("a number to call or to text is missing")
        return self


class RedFlags(Strict):
    """The warning of a page."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    text: Text


class Frequency(Strict):
    """A study that counted a symptom."""

    label: Short
    count: Count
    total: Annotated[Count, Field(ge=1)]
    source: Key

    @model_validator(mode="after")
    def _at_most_all(self):
        if self.count > self.total:
            raise ValueError("count is larger than total")
        return self


class Evidence(Strict):
    """A line of the evidence table."""

    claim: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    study: Short
    people: Annotated[Count, Field(ge=1)] | None = None
    year: int | None = Field(None, ge=1850, le=2100)
    source: Key
    confidence: Literal["high", "moderate", "low", "very low"]


class PageHead(Strict):
    """The head of a topic, and of the overview."""

    title: Annotated[str, StringConstraints(min_length=3, max_length=160)]
    nav_title: Annotated[str, StringConstraints(min_length=2, max_length=40)]
    search_words: list[Short] = []
    short_answer: Text
    red_flags: RedFlags | None = None
    unknown: Text
    questions: list[Short] = []
    related: list[Reference] = []
    compiled: date
    review_due: date

    @model_validator(mode="after")
    def _due_after(self):
        if self.review_due <= self.compiled:
            raise ValueError("review_due is not after compiled")
        return self


class SymptomHead(PageHead):
    """The head of a symptom page."""

    frequencies: list[Frequency] = []


class TreatmentHead(PageHead):
    """The head of a treatment page."""

    evidence: list[Evidence] = []
