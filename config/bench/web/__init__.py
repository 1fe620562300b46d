"""What is served while `make bench` measures: the portal's way in and its yardstick."""
