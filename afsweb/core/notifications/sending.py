"""The job that sends what waits: each delivery is taken, tried outside of any transaction, and its outcome kept.

queued -> sending: taken, with the lease of the job, and committed before anything is sent
sending -> sent
sending -> queued: it did not arrive; tried again later, each time after a longer while
sending -> failed: it cannot arrive, or was tried often enough
sending -> unknown: it may have arrived, and its receiver could not tell a second one from the first
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import Channel, ChannelKind, Delivery, DeliveryState
from afsweb.core.notifications import webhooks
from afsweb.core.notifications.errors import NotDelivered
from afsweb.core.notifications.mail import mail
from afsweb.core.notifications.outcomes import keep_failure, keep_sent, settle_abandoned
from afsweb.core.notifications.payloads import Message
from afsweb.core.notifications.queueing import DELIVER, due
from afsweb.refusal import Refusal

WAYS: dict[str, Callable[[Channel, Message], None]] = {
    ChannelKind.EMAIL: mail,
    ChannelKind.WEBHOOK: webhooks.post,
    ChannelKind.SLACK: webhooks.post,
    ChannelKind.DISCORD: webhooks.post,
}


@job(DELIVER, on_hub=True)
def deliver(ctx: JobContext) -> None:
    """Send all that is due, one after the other."""
    with ctx.fenced():
        settle_abandoned()
    outcomes: Counter[str] = Counter()
    while True:
        ctx.check_stop()
        with ctx.fenced():
            delivery = take(ctx.lease)
        if delivery is None:
            break
        failure = try_once(delivery)
        with ctx.fenced():
            outcomes[keep_failure(delivery, failure) if failure else keep_sent(delivery)] += 1
    ctx.finish(**outcomes)


def take(lease: UUID) -> Delivery | None:
    """The next delivery that is due, ours alone until the job's lease ends. To be committed before it is sent."""
    alive = Q(channel__died_at=None) | Q(is_test=True)
    waiting = due().filter(alive).order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",))
    delivery = waiting.select_related("notification", "channel__person").first()
    if delivery is not None:
        delivery.tries += 1
        delivery.state, delivery.lease = DeliveryState.SENDING, lease
        delivery.save(update_fields=["tries", "state", "lease"])
    return delivery


def try_once(delivery: Delivery) -> NotDelivered | None:
    """Send it; what stood in the way, or None when it arrived."""
    message = Message.of(delivery.notification, delivery.uuid)
    try:
        WAYS[delivery.channel.kind](delivery.channel, message)
    except NotDelivered as error:
        return error
    except Refusal as error:  # the address cannot be read with this AFS_FIELD_KEY
        return NotDelivered(str(error), is_ours=True)
    return None
