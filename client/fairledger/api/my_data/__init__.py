"""Pages for the person concerned: what is held of their order, and what anybody was shown of it."""
