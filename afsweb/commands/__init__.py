"""The sub-commands of `afs` that belong to no app."""
