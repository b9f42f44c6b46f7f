"""Two runs of one suite side by side: may they be compared, what differs, and how sure is that."""
