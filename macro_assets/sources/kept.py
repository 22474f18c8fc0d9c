"""Answers against what is kept already: a count that the answer itself cannot falsify.

Belongs here: the rule that an answer states what stood before. Does not belong here: what is kept (lake), whether a value
is plausible.

A provider repeats what stands: FRED every standing period, Yahoo every bar of the days asked for, the World Bank every
year. An answer cut short by a proxy, whose own count agrees, shows only against what came earlier.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.sources.wire.body import unreadable

__all__ = ["check_kept", "standing_periods"]

TOLERATED_SHARE = 0.05
TOLERATED_NUMBER = 2
"""A provider may drop a few periods for good; that alone must not hold the rest of the series back."""


def check_kept(what: str, kept: np.ndarray, offered: np.ndarray, named: str = "periods that are stored") -> np.ndarray:
    """Refuse an answer that lacks what is kept.

    Parameters
    ----------
    what, named : the answer, and what it lacks, for the message.
    kept, offered : (n,), (m,) numbers of periods, in any order.

    Returns
    -------
    (k,) the few that are kept and not offered; whoever asks sets them aside.

    Raises
    ------
    MalformedAnswerError : more than two, and more than 5 %, of the periods kept are not among those offered.
    """
    lacking = np.setdiff1d(kept, offered)
    if len(lacking) > max(TOLERATED_NUMBER, TOLERATED_SHARE * len(np.unique(kept))):
        raise unreadable(what, f"it lacks {len(lacking)} of {len(np.unique(kept))} {named}")
    return lacking


def standing_periods(facts: pa.Table, period: str, before: int) -> np.ndarray:
    """(n,) day numbers of the periods that had a value just before a day.

    Parameters
    ----------
    facts : of one id, in a bronze schema with realtime_start and status. period : its column of periods.
    before : day number; facts that began then or later do not count.
    """
    facts = facts.filter(pc.less(facts["realtime_start"].cast(pa.int32()), before))
    order = [name for name in (period, "realtime_start", "loaded_at") if name in facts.schema.names]
    facts = facts.sort_by([(name, "ascending") for name in order])
    days = np.asarray(facts[period].cast(pa.int32()).to_numpy())
    newest = np.append(days[1:] != days[:-1], True)[: len(days)]
    stands = pc.is_in(facts["status"], pa.array(["published", "missing"])).to_numpy(zero_copy_only=False)
    return np.asarray(days[newest & stands.astype(bool)])
