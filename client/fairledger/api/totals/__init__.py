"""The page on which anybody checks what money is in circulation."""
