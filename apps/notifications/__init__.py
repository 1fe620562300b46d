"""What staff are told: an outbox of notices, written with what they tell of."""
