"""What ends a run before it has done its work."""


class ImporterError(Exception):
    """Something is not as it must be; the message is for the person at the terminal."""
