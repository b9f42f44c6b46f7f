"""What a machine needs to do jobs, looked at from that machine: each fault names its fix. No Django."""
