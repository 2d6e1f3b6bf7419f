"""The reference: conditions, pages and their revisions, sources, vocabulary. In this package import from the defining module."""

from conditions.models.condition import Condition, ConditionCode, ConditionName
from conditions.models.library import GlossaryTerm, HelpNumber, Organisation, Source
from conditions.models.pages import ConditionSymptom, Page, Topic, Treatment
from conditions.models.revision import Citation, EvidenceRow, FrequencyRow, Revision
from conditions.models.version import ReferenceVersion
from conditions.models.vocabulary import AncestorTerm, Symptom

__all__ = [
    "AncestorTerm",
    "Citation",
    "Condition",
    "ConditionCode",
    "ConditionName",
    "ConditionSymptom",
    "EvidenceRow",
    "FrequencyRow",
    "GlossaryTerm",
    "HelpNumber",
    "Organisation",
    "Page",
    "ReferenceVersion",
    "Revision",
    "Source",
    "Symptom",
    "Topic",
    "Treatment",
]
