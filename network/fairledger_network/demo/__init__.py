"""The main job as a story: ``fairledger demo``."""
