"""Purging a sample: its texts go from everywhere this installation keeps them, and what held them says so.

Undoing a source and archiving keep what a snapshot holds; a purge is for what must not be kept: a secret, personal
data, a text without a licence. What it does, and why so:

- The sample's rows are deleted, with what hangs on them: versions, verdicts, scores, vectors, reviews, goldens,
  comments, pairs, seats, findings. Answers of paid calls that became its text are emptied; the calls stay, for they
  were paid. Lines of history about it that quote people's words are emptied, and the others stay: they hold no text.
- A ready snapshot is immutable, and others rely on it: runs name what they trained on. So it is neither deleted nor
  mended. It becomes “purged”: its row, figures and other entries stay, as do its runs and model versions; its files go,
  and nothing trains on it or exports it again. A file without the sample would be another content under the same name,
  and the comparison of two runs by their training data would lie. The triggers let a ready snapshot do this and nothing
  else (migration 0016_secrets).
- The files of the exports that hold it go, and no others: each keeps the ids of its samples (ExportContent). Of those
  written before that was kept, each that may hold it goes: those of a snapshot that does, and of a query since the
  sample came. So do files of snapshots that were deleted since. All can be written again.
- First the rows, in one transaction with one line of history that names the files; then the files, which the job takes
  from that line. Broken off in between, it goes on there.

What it does not reach: downloads, backups of the database, copies on other machines, what a model has learned.
"""
