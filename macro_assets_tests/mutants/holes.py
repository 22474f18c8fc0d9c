"""Wrong lines in the rules of coverage and of missing prints: watermarks, holes, what a hole hides.

Belongs here: faults of that one idea. Does not belong here: the other rooms' faults (faults.py), running them (trial.py).
"""

from macro_assets_tests.mutants.trial import Fault

__all__ = ["HOLES"]

HOLES: tuple[Fault, ...] = (
    Fault("sources", "takes a day for over while it lasts at the provider", "sources/coverage.py",
          "ZoneInfo(self.time_zone)).date() - DAY", "ZoneInfo(self.time_zone)).date()", ("sources/test_coverage.py",)),
    Fault("sources", "believes an answer older than one before", "sources/coverage.py",
          "answer.updated_on < answer.updated_before", "answer.updated_on < answer.last_ended.min",
          ("sources/test_coverage.py",)),
    Fault("sources", "calls a session without a bar complete", "sources/yahoo/sessions.py",
          "while day <= last and not is_session(day):", "while day <= last:", ("sources/test_coverage.py",)),
    Fault("vintage", "sees no hole at the end of a lake", "vintage/coverage.py",
          "[through + DAY]", "[through]", ("vintage/test_coverage.py",)),
    Fault("vintage", "joins spans that do not touch", "vintage/coverage.py",
          "first <= spans[-1][1] + DAY", "first <= spans[-1][1] + 2 * DAY", ("vintage/test_coverage.py",)),
    Fault("vintage", "takes an older answer for the newest", "vintage/coverage.py",
          'max(each, key=lambda row: row["received_at"])', 'min(each, key=lambda row: row["received_at"])',
          ("vintage/test_coverage.py",)),
    Fault("signals", "takes a month without a print for a month without news", "signals/release_news.py",
          "value[row + 1 : row + series.every] = 0.0", "value[row + 1 :] = 0.0", ("signals/test_holes.py",)),
    Fault("signals", "trusts a release that follows a lost one", "signals/release_news.py",
          "or series.unsure(series.day[at - 1], day)", "or series.unsure(day, day)", ("signals/test_holes.py",)),
    Fault("signals", "lets a level stand over a lost print", "signals/release_news.py",
          "or series.unsure(day, months[row] + ONE_DAY)", "or series.unsure(day, day)", ("signals/test_holes.py",)),
    Fault("signals", "hides features for ever after a hole", "signals/holes.py",
          "(gone[np.maximum(last_gone, 0)] > latest)", "(gone[np.maximum(last_gone, 0)] > NEVER)",
          ("signals/test_holes.py",)),
)  # fmt: skip
