#!/bin/sh
# Writes Dagster's instance file for this container, then runs its command.
# Raw logs of steps go to a bucket where COMPUTE_LOGS_BUCKET names one, else to a folder that all containers share.
set -eu
logs=local
if [ -n "${COMPUTE_LOGS_BUCKET:-}" ]; then logs=s3; fi
if [ -n "${MACRO_LAKE_ACCESS_KEY:-}" ]; then # one pair of keys for lake, artifacts and logs, unless AWS_* say otherwise
  export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-$MACRO_LAKE_ACCESS_KEY}"
  export AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-${MACRO_LAKE_SECRET_KEY:-}}"
fi
if [ -n "${MACRO_LAKE_ENDPOINT_URL:-}" ]; then export AWS_ENDPOINT_URL_S3="${AWS_ENDPOINT_URL_S3:-$MACRO_LAKE_ENDPOINT_URL}"; fi
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-${MACRO_LAKE_REGION:-us-east-1}}"
cat deploy/dagster.yaml "deploy/compute_logs.$logs.yaml" > "$DAGSTER_HOME/dagster.yaml"
exec "$@"
