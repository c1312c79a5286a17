"""The keeper: has everything done that is due, so that nobody can hold anything up by silence."""
