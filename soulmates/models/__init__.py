"""The models, by topic. Import from the defining module; this list is for Django."""

from soulmates.models.check_in import CheckIn, KeptOut, Observation, SharedFacts
from soulmates.models.location import AreaCount, MapCell, MemberLocation, PlaceCount, PublishedMap
from soulmates.models.match import MatchFeedback, MatchWatch
from soulmates.models.place import Gazetteer, Place, PlaceName, PlacePrefix, Region
from soulmates.models.profile import MatchingProfile, MatchingState, MatchingWeights, VocabularyTerm
from soulmates.models.report import ReportEntry, ReportSnapshot

__all__ = [
    "AreaCount",
    "CheckIn",
    "Gazetteer",
    "KeptOut",
    "MapCell",
    "MatchFeedback",
    "MatchWatch",
    "MatchingProfile",
    "MatchingState",
    "MatchingWeights",
    "MemberLocation",
    "Observation",
    "Place",
    "PlaceCount",
    "PlaceName",
    "PlacePrefix",
    "PublishedMap",
    "Region",
    "ReportEntry",
    "ReportSnapshot",
    "SharedFacts",
    "VocabularyTerm",
]
