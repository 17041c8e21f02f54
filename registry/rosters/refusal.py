"""What the desk of lists refuses; each message is the sentence the officer reads."""


class RosterRefused(Exception):
    """Nothing was changed."""


class FileRefused(RosterRefused):
    """The file cannot be taken or read as a list."""
