"""What `make seed` plants: two merchants, their people and keys, a history of parcels."""
