"""The Dagster shell: thin assets that call the floors below and describe what they made."""
