"""The nouns of registry, one a file."""

from registry.models.duplicate import DuplicatePair, PairState
from registry.models.finding import Finding, FindingState, RuleGroup, Severity
from registry.models.household import HEAD, Household, HouseholdRole, Membership
from registry.models.identity_document import DocumentState, IdentityDocument
from registry.models.identity_number import IdentityNumber, NumberKind
from registry.models.job import Job, JobState
from registry.models.relation import Relation, RelationKind
from registry.models.residence import Residence, ResidenceKind
from registry.models.resident import Resident, ResidentState, Sex

__all__ = [
    "HEAD",
    "DocumentState",
    "DuplicatePair",
    "Finding",
    "FindingState",
    "Household",
    "HouseholdRole",
    "IdentityDocument",
    "IdentityNumber",
    "Job",
    "JobState",
    "Membership",
    "NumberKind",
    "PairState",
    "Relation",
    "RelationKind",
    "Residence",
    "ResidenceKind",
    "Resident",
    "ResidentState",
    "RuleGroup",
    "Severity",
    "Sex",
]
