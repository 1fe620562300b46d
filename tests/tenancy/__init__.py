"""What belongs to one merchant does not exist for another."""
