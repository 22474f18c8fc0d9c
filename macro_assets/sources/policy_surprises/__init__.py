"""Published shock series of their authors: policy surprises, narrative shocks, oil supply news."""
