"""The one program, ``fairledger``."""

from fairledger.cli.root import main

__all__ = ["main"]
