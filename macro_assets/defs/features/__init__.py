"""Features, treatments and targets: functions of as-of slices, each row with the day it was known."""
