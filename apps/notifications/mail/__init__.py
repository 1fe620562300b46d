"""Mail as a channel: plain text built without Django's templates, and a thin client."""
