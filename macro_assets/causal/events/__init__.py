"""Effects by event day: what an outcome does in the days around an announcement.

Belongs here: event windows. Does not belong here: months after the month of the shock (engine/).
"""
