from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from afsweb.core.views import hosts, jobs, notifications

job_urls = [
    path("jobs/", jobs.list_jobs, name="list_jobs"),
    path("jobs/<uuid:job_id>/", jobs.show_job, name="show_job"),
    path("jobs/<uuid:job_id>/progress/", jobs.show_job_progress, name="show_job_progress"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel_job, name="cancel_job"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry_job, name="retry_job"),
    path("jobs/<uuid:job_id>/move/", jobs.move_job, name="move_job"),
    path("jobs/<uuid:job_id>/prioritise/", jobs.prioritise_job, name="prioritise_job"),
    path("jobs/<uuid:job_id>/pin/", jobs.pin_job, name="pin_job"),
]

host_urls = [
    path("hosts/", hosts.list_hosts, name="list_hosts"),
    path("hosts/<uuid:host_id>/", hosts.show_host, name="show_host"),
    path("hosts/<uuid:host_id>/drain/", hosts.drain_host, name="drain_host"),
    path("hosts/<uuid:host_id>/activate/", hosts.activate_host, name="activate_host"),
]

notification_urls = [
    path("notifications/", notifications.list_notifications, name="list_notifications"),
    path("notifications/read/", notifications.read_all_notifications, name="read_all_notifications"),
    path("notifications/<int:notification_id>/", notifications.open_notification, name="open_notification"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *job_urls,
    *host_urls,
    *notification_urls,
    path("artifacts/", include("afsweb.core.artifact_urls")),
]
