"""Errors that are told to a person in one line.

UserError              exit code 1: the command was right, the work could not be done
├── NoDatasetYetError  there is no dataset
└── WrongUsageError    exit code 2: the command line must be changed
"""

from __future__ import annotations


class UserError(Exception):
    """Something a person can mend; the message is one line and says what to do next."""

    exit_code = 1


class NoDatasetYetError(UserError):
    """The folder holds no dataset."""


class WrongUsageError(UserError):
    """The command line itself is wrong."""

    exit_code = 2
