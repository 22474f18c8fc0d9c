"""Registry: who is champion, and why."""
