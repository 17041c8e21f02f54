"""The nouns of registry, one a file."""

from registry.models.card_scan import CardScan, ScanKind
from registry.models.change import Change, ChangedPerson, ChangeState
from registry.models.duplicate import DuplicatePair, PairState
from registry.models.finding import Finding, FindingState, RuleGroup, Severity
from registry.models.hamlet import Hamlet
from registry.models.household import HEAD, Household, HouseholdRole, Membership
from registry.models.identity_document import DocumentImage, DocumentState, IdentityDocument
from registry.models.identity_number import IdentityNumber, NumberKind
from registry.models.job import Job, JobState
from registry.models.relation import Relation, RelationKind
from registry.models.residence import Purpose, Residence, ResidenceKind
from registry.models.resident import Resident, ResidentState, Sex

__all__ = [
    "HEAD",
    "CardScan",
    "Change",
    "ChangeState",
    "ChangedPerson",
    "DocumentImage",
    "DocumentState",
    "DuplicatePair",
    "Finding",
    "FindingState",
    "Hamlet",
    "Household",
    "HouseholdRole",
    "IdentityDocument",
    "IdentityNumber",
    "Job",
    "JobState",
    "Membership",
    "NumberKind",
    "PairState",
    "Purpose",
    "Relation",
    "RelationKind",
    "Residence",
    "ResidenceKind",
    "Resident",
    "ResidentState",
    "RuleGroup",
    "ScanKind",
    "Severity",
    "Sex",
]
