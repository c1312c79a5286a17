"""The revisions; their names sort in their order."""
