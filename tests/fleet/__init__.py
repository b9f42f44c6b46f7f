"""A hub and its worker hosts on this machine: own folders, own processes, links between them that break."""
