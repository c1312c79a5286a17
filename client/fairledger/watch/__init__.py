"""Watching the organisations' services and platforms, and recording what is out of line."""
