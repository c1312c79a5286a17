"""The steps by which the read model's tables came to be what they are, one revision after another.

After a change of ``tables``, ``python -m fairledger.readmodel.migrations "Add orders"`` writes the next revision, to be
read and completed: a column that SQLite can't alter wants ``op.batch_alter_table``. Where rows can't be kept, or
what is written into unchanged tables is another, a revision calls ``start_over``. A revision that nobody has yet may be
removed and written again.
"""
