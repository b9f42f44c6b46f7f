// What django-rq's lists do inline: let the admin's script count and toggle the rows of a list with actions.
django.jQuery("tr input.action-select").actions();
