"""A storm played against the gateway: errors for five minutes, in seconds, on loopback."""
