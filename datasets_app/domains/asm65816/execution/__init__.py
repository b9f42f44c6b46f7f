"""Running a routine from many states, and comparing what two of them do."""
