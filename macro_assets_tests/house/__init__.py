"""The house itself: floors, import circles, versions of assets, sizes; and that each guard can fail."""
