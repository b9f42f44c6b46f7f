"""What people should know: told in the app at once, and by their channels (e-mail, webhooks) by a job."""

from afsweb.core.notifications.telling import mark_read, notify, unread

__all__ = ["mark_read", "notify", "unread"]
