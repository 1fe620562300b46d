"""The base every API of the portal stands on: keys, scopes, problems, cursors, idempotency."""
