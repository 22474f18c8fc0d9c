"""A user's own files: series and shocks in CSV or Parquet, each declared in a YAML file beside it."""
