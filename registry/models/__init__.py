"""The nouns of registry, one a file."""

from registry.models.card_scan import CardScan, ScanKind
from registry.models.case_skip import CaseSkip
from registry.models.change import Change, ChangedPerson, ChangeState
from registry.models.duplicate import DuplicateCase, DuplicatePair, PairClass, PairState
from registry.models.finding import Finding, FindingState, RuleGroup, Severity
from registry.models.hamlet import Hamlet
from registry.models.household import HEAD, Household, HouseholdRole, Membership
from registry.models.identity_document import DocumentImage, DocumentState, IdentityDocument
from registry.models.identity_number import IdentityNumber, NumberKind
from registry.models.job import Job, JobState
from registry.models.match_profile import MatchBusyKey, MatchFrequency, MatchModel, MatchProfile
from registry.models.merge import Merge, MergeMove, MergeState, MoveKind
from registry.models.relation import DIED, Relation, RelationKind
from registry.models.residence import Purpose, Residence, ResidenceKind
from registry.models.resident import LIVING_STATES, NAME_PARTS, Resident, ResidentState, Sex
from registry.models.second_look import SecondLook, Verdict

__all__ = [
    "DIED",
    "HEAD",
    "LIVING_STATES",
    "NAME_PARTS",
    "CardScan",
    "CaseSkip",
    "Change",
    "ChangeState",
    "ChangedPerson",
    "DocumentImage",
    "DocumentState",
    "DuplicateCase",
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
    "MatchBusyKey",
    "MatchFrequency",
    "MatchModel",
    "MatchProfile",
    "Membership",
    "Merge",
    "MergeMove",
    "MergeState",
    "MoveKind",
    "NumberKind",
    "PairClass",
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
    "SecondLook",
    "Severity",
    "Sex",
    "Verdict",
]
