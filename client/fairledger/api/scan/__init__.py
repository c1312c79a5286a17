"""The page that a consumer sees after scanning a tag: what it is, what happened to it, and proof of it."""
