"""Whether schedules and sensors run from the start.

Belongs here: one switch, `DAGSTER_AUTOMATION=on` (the compose file sets it). Does not belong here: what they do.
Without it they wait to be switched on in the UI, so that a notebook or a test never starts work by itself.
"""

import os

import dagster as dg

ON = os.environ.get("DAGSTER_AUTOMATION") == "on"
SENSORS = dg.DefaultSensorStatus.RUNNING if ON else dg.DefaultSensorStatus.STOPPED
SCHEDULES = dg.DefaultScheduleStatus.RUNNING if ON else dg.DefaultScheduleStatus.STOPPED
