"""The whole loop driven once, unattended. The stages are in `stages`, in the order in which they run."""
