"""``python -m fairledger_network``: the network commands without the rest of the program."""

from fairledger_network.commands import main

main()
