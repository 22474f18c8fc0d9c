"""Named streams of random numbers.

Belongs here: one independent generator per name, so that a block added later leaves all others as they were, and a
longer history begins with the shorter one. Does not belong here: distributions of the economy (structure.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

__all__ = ["normals", "stream"]


def stream(seed: int, name: str) -> np.random.Generator:
    """Generator of one named block of one seed."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),)))


def normals(seeds: Sequence[int], names: Sequence[str], length: int) -> dict[str, np.ndarray]:
    """Standard normals of each name, (length, n_seeds)."""
    return {name: np.column_stack([stream(seed, name).standard_normal(length) for seed in seeds]) for name in names}
