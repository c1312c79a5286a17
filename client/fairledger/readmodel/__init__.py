"""An organisation's own SQL copy of what the channel agreed on, fed by its blocks."""
