"""Embedded Postgres and Valkey, and the supervisor that runs them with the web server and the workers. No Django."""
