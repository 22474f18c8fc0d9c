"""Models: fitted on as-of features, logged to MLflow, their URI and evidence as metadata."""
