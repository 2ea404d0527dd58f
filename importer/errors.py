"""The error that ends a run early."""


class ImporterError(Exception):
    """The run cannot be done; the message is for the person at the terminal."""
