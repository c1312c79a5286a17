"""A payment provider to try things with: it moves no money, and speaks to a service as real ones do."""

from fairledger.provider.sandbox.app import create_sandbox

__all__ = ["create_sandbox"]
