"""``python -m fairledger.cli``, the same as ``fairledger``."""

from fairledger.cli import main

main()
