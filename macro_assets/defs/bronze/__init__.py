"""Bronze: facts as the providers state them, each with the day from which it was the published one."""
