"""What goes wrong with the servers, said in one sentence to the person at the keyboard."""

from __future__ import annotations


class ServicesError(Exception):
    """A server cannot be found, started or stopped; the message says what to do about it."""


class PortTakenError(ServicesError):
    """Somebody took the port between our look at it and the start; another one will do."""


PORT_TAKEN = "Address already in use"
_KNOWN_CAUSES = (
    (
        "No space left on device",
        "the disk is full: free some space (a fresh database needs about 100 MB) and start again",
    ),
    (
        PORT_TAKEN,
        "its port has just been taken by another program: start again to get another port",
    ),
    (
        "Permission denied",
        "its files belong to somebody else: start as the user who made them, or `make reset`",
    ),
    (
        "incompatible with server",
        "the data was made by another major version: install that version, or `make reset`",
    ),
    (
        "could not create shared memory segment",
        "the system grants too little shared memory: raise kernel.shmmax or the size of /dev/shm",
    ),
)


def explain(log_text: str) -> str:
    """Name the cause of a failed start from the server's own words; empty when unknown."""
    return next((cause for words, cause in _KNOWN_CAUSES if words in log_text), "")
