"""One-line faults of automation, alerts and monitoring; see faults.py.

Belongs here: that part of the list.
"""

from macro_assets_tests.mutants.trial import Fault

AUTOMATION: tuple[Fault, ...] = (
    Fault(
        "automation",
        "stops for a run that loaded nothing",
        "defs/automation/conditions.py",
        "(~Condition.any_deps_match(UNTRUSTED))",
        "(~Condition.any_deps_match(~Condition.missing() & ~CHECKED))",
        ("defs/automation/test_conditions.py",),
    ),
    Fault(
        "automation",
        "forgets that a check had failed",
        "defs/automation/conditions.py",
        "        | FAILED\n",
        "",
        ("defs/automation/test_conditions.py",),
    ),
    Fault(
        "automation",
        "builds features from a fresh home's first days",
        "defs/automation/conditions.py",
        " & ~Condition.any_deps_missing() & _history_loaded()",
        " & ~Condition.any_deps_missing()",
        ("defs/automation/test_conditions.py",),
    ),
    Fault(
        "automation",
        "computes origins that are stored",
        "recession/evaluation/origins.py",
        "set(wanted) & possible - present",
        "set(wanted) & possible",
        ("defs/evaluation/test_missing_origins.py",),
    ),
    Fault(
        "automation",
        "counts an alert as told that nobody took",
        "defs/automation/alerts.py",
        'return dg.SkipReason(f"{len(found)} alerts wait',
        'text = (f"{len(found)} alerts wait',
        ("defs/automation/test_alerts.py",),
    ),
    Fault(
        "automation",
        "tells of a failed check every minute",
        "defs/automation/alerts.py",
        "if one.key not in cursor.open",
        "if one.key",
        ("defs/automation/test_alerts.py",),
    ),
    Fault(
        "monitoring",
        "calls an asset broken that has succeeded since",
        "defs/monitoring/runs.py",
        "if run_id not in failed or",
        "if",
        ("defs/monitoring/test_broken_now.py",),
    ),
    Fault(
        "monitoring",
        "dates a failure by its last evaluation",
        "defs/monitoring/state.py",
        "moment(min(",
        "moment(max(",
        ("defs/monitoring/test_broken_now.py",),
    ),
    Fault(
        "monitoring",
        "sends a password in the clear",
        "monitoring/alerts.py",
        'if settings.alert_smtp_security == "starttls":',
        'if settings.alert_smtp_security == "never":',
        ("monitoring/test_alerts.py",),
    ),
)
