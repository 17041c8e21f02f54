"""The nouns of registry, one a file."""

from registry.models.card_scan import CardScan, ScanKind
from registry.models.case_skip import CaseSkip
from registry.models.change import Change, ChangedPerson, ChangeState
from registry.models.duplicate import DuplicateCase, DuplicatePair, PairClass, PairState
from registry.models.field_sheet import (
    NOT_YET,
    FieldLine,
    FieldPrint,
    FieldSheet,
    FollowUp,
    Outcome,
    PrintState,
    SheetState,
    Which,
)
from registry.models.finding import Finding, FindingState, RuleGroup, Severity
from registry.models.finding_skip import FindingSkip
from registry.models.hamlet import Hamlet
from registry.models.household import HEAD, Household, HouseholdRole, Membership
from registry.models.identity_document import DocumentImage, DocumentState, IdentityDocument
from registry.models.identity_number import IdentityNumber, NumberKind
from registry.models.job import Job, JobState
from registry.models.list_export import ExportFormat, ExportState, ListExport
from registry.models.match_profile import MatchBusyKey, MatchFrequency, MatchModel, MatchProfile
from registry.models.merge import Merge, MergeMove, MergeState, MoveKind
from registry.models.relation import DIED, Relation, RelationKind
from registry.models.repair import LineState, RepairLine, RepairRun, RunState
from registry.models.residence import Purpose, Residence, ResidenceKind
from registry.models.resident import LIVING_STATES, NAME_PARTS, ConfirmedHow, Resident, ResidentState, Sex
from registry.models.roster import (
    Roster,
    RosterHousehold,
    RosterKind,
    RosterPart,
    RosterRow,
    RosterSource,
    RosterState,
    RowDecision,
    RowState,
    RowVerdict,
)
from registry.models.score_day import ScoreDay
from registry.models.second_look import SecondLook, Verdict

__all__ = [
    "DIED",
    "HEAD",
    "LIVING_STATES",
    "NAME_PARTS",
    "NOT_YET",
    "CardScan",
    "CaseSkip",
    "Change",
    "ChangeState",
    "ChangedPerson",
    "ConfirmedHow",
    "DocumentImage",
    "DocumentState",
    "DuplicateCase",
    "DuplicatePair",
    "ExportFormat",
    "ExportState",
    "FieldLine",
    "FieldPrint",
    "FieldSheet",
    "Finding",
    "FindingSkip",
    "FindingState",
    "FollowUp",
    "Hamlet",
    "Household",
    "HouseholdRole",
    "IdentityDocument",
    "IdentityNumber",
    "Job",
    "JobState",
    "LineState",
    "ListExport",
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
    "Outcome",
    "PairClass",
    "PairState",
    "PrintState",
    "Purpose",
    "Relation",
    "RelationKind",
    "RepairLine",
    "RepairRun",
    "Residence",
    "ResidenceKind",
    "Resident",
    "ResidentState",
    "Roster",
    "RosterHousehold",
    "RosterKind",
    "RosterPart",
    "RosterRow",
    "RosterSource",
    "RosterState",
    "RowDecision",
    "RowState",
    "RowVerdict",
    "RuleGroup",
    "RunState",
    "ScanKind",
    "ScoreDay",
    "SecondLook",
    "Severity",
    "Sex",
    "SheetState",
    "Verdict",
    "Which",
]
