"""What follows from recorded events by rules that everybody computes alike.

Where goods come from, what became of them, who held them, and how far all that can be believed. Pure: a walk asks for
facts, and whoever drives it reads them from the ledger's state or from SQL.
"""
