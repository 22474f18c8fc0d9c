"""Finished years of a walk-forward in a folder, so that a stopped evaluation goes on where it was.

Belongs here: the files and what makes them stale. Does not belong here: the walk-forward itself (walk_forward.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd

from macro_assets.recession.candidates import Candidate
from macro_assets.recession.data import RecessionData

__all__ = ["FinishedYears"]


@dataclass(frozen=True)
class FinishedYears:
    """Rows of finished years of one panel, in files named after everything they rest on."""

    folder: Path
    stamp: str

    @classmethod
    def of(
        cls, folder: Path, data: RecessionData, candidates: Sequence[Candidate], first: pd.Timestamp
    ) -> FinishedYears:
        """The years of a panel; other data, candidates or a first training row make other files."""
        digest = blake2b(
            repr((data.frequency, data.mode, [repr(one) for one in candidates], first)).encode(), digest_size=10
        )
        frames = [
            data.compact,
            *([] if data.wide is None else [data.wide]),
            data.target.to_frame(),
            data.state.to_frame(),
        ]
        for frame in frames:
            digest.update(np.ascontiguousarray(frame.to_numpy(dtype=float)).data)
        for days in (data.index.to_series(), data.known_at, data.state_known_at):
            digest.update(np.ascontiguousarray(days.to_numpy()).view(np.int64).data)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, f"{data.mode}_{data.frequency}_{digest.hexdigest()}")

    def read(self, days: pd.DatetimeIndex) -> pd.DataFrame | None:
        """Rows of the year of these origins, or none; a year with other origins counts as unfinished."""
        path = self._path(days)
        if not path.exists():
            return None
        rows = pd.read_parquet(path)
        return rows if set(rows["as_of"]) == set(days) else None

    def write(self, days: pd.DatetimeIndex, rows: pd.DataFrame) -> None:
        """Keep the rows of a year; the file appears only when it is whole."""
        path = self._path(days)
        part = path.with_suffix(".part")
        rows.to_parquet(part, index=False)
        part.replace(path)

    def _path(self, days: pd.DatetimeIndex) -> Path:
        return self.folder / f"{self.stamp}_{days[0].year}.parquet"
