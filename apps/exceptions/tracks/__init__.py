"""The detector of faults in tracks: numpy, no Django. Its face is ``exceptions.trajectory``."""
