"""What every app needs: people, machines, work, files, endpoints and their calls, history, and the house's upkeep."""

from afsweb.core.models.artifact import Artifact, ArtifactCopy, ArtifactKind, Shelf
from afsweb.core.models.backup import Backup
from afsweb.core.models.call import Call, CallState
from afsweb.core.models.catalogue import CatalogueItem, CataloguePoint, Subject, WatchedItem, WatchedKind
from afsweb.core.models.channel import Channel, ChannelKind, Delivery, DeliveryState
from afsweb.core.models.endpoint import Endpoint, EndpointPrice, Provider, ProviderKey
from afsweb.core.models.error_report import ErrorReport
from afsweb.core.models.event import Event, EventSource
from afsweb.core.models.finding import ArtifactCheck, Finding
from afsweb.core.models.host import Host, HostInvite, HostState, Installation
from afsweb.core.models.job import Job, JobLog, JobState
from afsweb.core.models.model_backup import ModelBackup
from afsweb.core.models.notification import Notification, NotificationKind
from afsweb.core.models.public import Public
from afsweb.core.models.pulse import GpuReading, Pulse
from afsweb.core.models.schedule import Schedule, ScheduledRun
from afsweb.core.models.session import Session
from afsweb.core.models.user import Role, Theme, User
from afsweb.core.models.work import Worked, WorkState

__all__ = [
    "Artifact",
    "ArtifactCheck",
    "ArtifactCopy",
    "ArtifactKind",
    "Backup",
    "Call",
    "CallState",
    "CatalogueItem",
    "CataloguePoint",
    "Channel",
    "ChannelKind",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "EndpointPrice",
    "ErrorReport",
    "Event",
    "EventSource",
    "Finding",
    "GpuReading",
    "Host",
    "HostInvite",
    "HostState",
    "Installation",
    "Job",
    "JobLog",
    "JobState",
    "ModelBackup",
    "Notification",
    "NotificationKind",
    "Provider",
    "ProviderKey",
    "Public",
    "Pulse",
    "Role",
    "Schedule",
    "ScheduledRun",
    "Session",
    "Shelf",
    "Subject",
    "Theme",
    "User",
    "WatchedItem",
    "WatchedKind",
    "WorkState",
    "Worked",
]
