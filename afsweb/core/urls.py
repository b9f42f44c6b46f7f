from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from afsweb.core.views import backups, channels, files, findings, hosts, jobs, joining, notifications, schedules

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
    path("hosts/invite/", hosts.invite_host, name="invite_host"),
    path("hosts/join/", joining.join_host, name="join_host"),
    path("hosts/me/", joining.greet_host, name="greet_host"),
    path("hosts/<uuid:host_id>/", hosts.show_host, name="show_host"),
    path("hosts/<uuid:host_id>/drain/", hosts.drain_host, name="drain_host"),
    path("hosts/<uuid:host_id>/activate/", hosts.activate_host, name="activate_host"),
    path("hosts/<uuid:host_id>/revoke/", hosts.revoke_host, name="revoke_host"),
]

notification_urls = [
    path("notifications/", notifications.list_notifications, name="list_notifications"),
    path("notifications/read/", notifications.read_all_notifications, name="read_all_notifications"),
    path("notifications/<int:notification_id>/", notifications.open_notification, name="open_notification"),
    path("profile/notifications/", channels.edit_notifications, name="edit_notifications"),
    path("profile/notifications/channels/", channels.add_channel, name="add_channel"),
    path("profile/notifications/channels/<uuid:channel_id>/test/", channels.test_channel, name="test_channel"),
    path("profile/notifications/channels/<uuid:channel_id>/delete/", channels.delete_channel, name="delete_channel"),
]

schedule_urls = [
    path("schedules/", schedules.list_schedules, name="list_schedules"),
    path("schedules/<uuid:schedule_id>/", schedules.show_schedule, name="show_schedule"),
    path("schedules/<uuid:schedule_id>/run/", schedules.run_schedule, name="run_schedule"),
    path("schedules/<uuid:schedule_id>/enable/", schedules.enable_schedule, name="enable_schedule"),
    path("schedules/<uuid:schedule_id>/disable/", schedules.disable_schedule, name="disable_schedule"),
]

backup_urls = [
    path("backups/", backups.list_backups, name="list_backups"),
    path("backups/make/", backups.make_backup, name="make_backup"),
    path("backups/<uuid:backup_id>/verify/", backups.verify_backup, name="verify_backup"),
]

# What machines ask for: no pages.
file_urls = [
    path("files/<str:sha256>/", files.exchange_artifact, name="exchange_artifact"),
    path("files/<str:sha256>/<path:path>", files.exchange_file, name="exchange_file"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *job_urls,
    *host_urls,
    *notification_urls,
    *schedule_urls,
    path("findings/", findings.list_findings, name="list_findings"),
    *backup_urls,
    *file_urls,
    path("artifacts/", include("afsweb.core.artifact_urls")),
]
