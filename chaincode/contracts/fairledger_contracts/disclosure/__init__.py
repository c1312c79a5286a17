"""The contract ``disclosure``: standards, what platforms must publish, and sanctions."""
