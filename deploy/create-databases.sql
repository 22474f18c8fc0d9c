-- Beside the database of Dagster, one for MLflow.
CREATE DATABASE mlflow;
