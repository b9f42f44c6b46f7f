"""How a machine joins the hub and leaves it: an invitation, a role in Postgres, a user in Valkey, a token for HTTP."""
