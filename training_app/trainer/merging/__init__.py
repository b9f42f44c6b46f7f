"""Adapters put together: into the base's weights, or several into one."""
