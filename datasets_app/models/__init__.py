"""What is in a dataset, where it came from, what was found about it, and what people decided."""

from datasets_app.models.bulk import BulkAction, BulkPart, BulkVerb
from datasets_app.models.campaign import Campaign, CampaignItem, ItemState, PromptVersion
from datasets_app.models.comment import LONGEST_COMMENT, Comment
from datasets_app.models.coverage import CoverageCell
from datasets_app.models.domain import Domain
from datasets_app.models.export import Export, ExportContent
from datasets_app.models.golden import Golden
from datasets_app.models.maps import EmbeddingMap, MapSelection, Method
from datasets_app.models.preference import PairOrigin, PreferencePair
from datasets_app.models.quality import DIMENSIONS, Embedder, Embedding, FindingCode, GateVersion, Score, Verdict
from datasets_app.models.queue import Order, ReviewQueue
from datasets_app.models.review import EFFECTS, JUDGING, PASSING, Decision, RejectReason, Review, open_flags
from datasets_app.models.sample import FACETS, STANDING, TAGGED, Decider, Sample, SampleState, SampleVersion
from datasets_app.models.seat import Seat
from datasets_app.models.secret import HELD_BACK, Resolution, SecretFinding, SecretScan
from datasets_app.models.snapshot import Snapshot, SnapshotEntry, SnapshotState, Split
from datasets_app.models.source import ImportReject, Source, SourceKind, SourceState
from datasets_app.models.symbols import SymbolMap
from datasets_app.models.text import Message, Text

__all__ = [
    "DIMENSIONS",
    "EFFECTS",
    "FACETS",
    "HELD_BACK",
    "JUDGING",
    "LONGEST_COMMENT",
    "PASSING",
    "STANDING",
    "TAGGED",
    "BulkAction",
    "BulkPart",
    "BulkVerb",
    "Campaign",
    "CampaignItem",
    "Comment",
    "CoverageCell",
    "Decider",
    "Decision",
    "Domain",
    "Embedder",
    "Embedding",
    "EmbeddingMap",
    "Export",
    "ExportContent",
    "FindingCode",
    "GateVersion",
    "Golden",
    "ImportReject",
    "ItemState",
    "MapSelection",
    "Message",
    "Method",
    "Order",
    "PairOrigin",
    "PreferencePair",
    "PromptVersion",
    "RejectReason",
    "Resolution",
    "Review",
    "ReviewQueue",
    "Sample",
    "SampleState",
    "SampleVersion",
    "Score",
    "Seat",
    "SecretFinding",
    "SecretScan",
    "Snapshot",
    "SnapshotEntry",
    "SnapshotState",
    "Source",
    "SourceKind",
    "SourceState",
    "Split",
    "SymbolMap",
    "Text",
    "Verdict",
    "open_flags",
]
