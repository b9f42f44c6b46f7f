"""What every app needs: people, machines, work, files, endpoints and their calls, history."""

from afsweb.core.models.artifact import Artifact, ArtifactKind
from afsweb.core.models.call import Call, CallState
from afsweb.core.models.endpoint import Endpoint, EndpointPrice, Provider, ProviderKey
from afsweb.core.models.event import Event, EventSource
from afsweb.core.models.host import Host, HostState
from afsweb.core.models.job import Job, JobLog, JobState
from afsweb.core.models.notification import Notification
from afsweb.core.models.public import Public
from afsweb.core.models.user import Role, Theme, User
from afsweb.core.models.work import Worked, WorkState

__all__ = [
    "Artifact",
    "ArtifactKind",
    "Call",
    "CallState",
    "Endpoint",
    "EndpointPrice",
    "Event",
    "EventSource",
    "Host",
    "HostState",
    "Job",
    "JobLog",
    "JobState",
    "Notification",
    "Provider",
    "ProviderKey",
    "Public",
    "Role",
    "Theme",
    "User",
    "WorkState",
    "Worked",
]
