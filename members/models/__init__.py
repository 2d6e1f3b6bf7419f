"""People: accounts, members, patients, consents. In this package import from the defining module."""

from members.models.account import AccountChange, AddressLook, SecurityEvent
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.ids import provisional_pseudonym, random_public_id
from members.models.leaving import Erasure, Export, RetiredName
from members.models.member import Member
from members.models.patient import Guardian, GuardianInvitation, Patient
from members.models.relations import Block, Mute
from members.models.user import User

__all__ = [
    "AccountChange",
    "AddressLook",
    "Block",
    "Consent",
    "Draft",
    "Erasure",
    "Export",
    "Guardian",
    "GuardianInvitation",
    "Member",
    "Mute",
    "Patient",
    "Purpose",
    "RetiredName",
    "SecurityEvent",
    "User",
    "provisional_pseudonym",
    "random_public_id",
]
