"""One action on many samples: choosing them, doing it as a job, undoing it as one."""
