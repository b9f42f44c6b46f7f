"""A second copy of the datasets: the files of snapshots, in a folder that AFS_MIRROR names."""
