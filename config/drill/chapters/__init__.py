"""The chapters of the drill, one file each."""
