"""Real PostgreSQL and Redis servers for a machine that has none, and the keeper of processes.

Only the standard library is used here, so that the commands work before (and without) Django:
``python -m config.services up|down|status|env|run|wipe`` and ``python -m config.services.keep``.
"""
