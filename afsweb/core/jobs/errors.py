"""What a person may ask of a job and cannot have; a class's docstring is the sentence that the person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class JobError(Refusal):
    """This cannot be done with the job."""


class JobIsFinal(JobError):
    """“{title}” has {state} already, so there is nothing to stop."""


class WorkIsOver(JobError):
    """“{work}” has {state} already, so there is nothing to stop."""


class JobNotFinal(JobError):
    """“{title}” is not over yet: cancel it first, then retry it."""


class JobSucceeded(JobError):
    """“{title}” has succeeded; start a new one from the page of what it works on instead of running it twice."""


class RetryRefused(JobError):
    """“{title}” cannot be retried: {reason}"""


class JobNotWaiting(JobError):
    """“{title}” is not waiting any more, so its place in the line cannot be changed."""


class NothingToPass(JobError):
    """“{title}” has no other job of its queue and priority to change places with; change its priority instead."""


class NoSuchPriority(JobError):
    """“{value}” is no priority: use a whole number from -100 to 100, higher first."""


class OnlyOnHub(JobError):
    """“{title}” works on files that the hub alone has, so {host} cannot do it: leave it to the hub."""


class NoSuchQueue(JobError):
    """No such queue: {queues}. Name some of: {known}."""
