"""Projections on regressors, held as orthonormal bases, for one sample or a stack of them.

Belongs here: residual makers. Does not belong here: which regressors (design.py), effects (linear.py).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["RANK_TOLERANCE", "Projection", "orthonormal"]

RANK_TOLERANCE = 1e-9


def orthonormal(block: np.ndarray, *, original: np.ndarray | None = None) -> np.ndarray:
    """Orthonormal basis of the columns; numerically dependent columns give zero columns, not noise.

    original : (..., n, k) the columns before an earlier projection took its part; a column of which nothing but
        rounding is left counts as dependent.
    """
    scale = np.linalg.norm(block, axis=-2, keepdims=True)
    least = 0.0 if original is None else RANK_TOLERANCE * np.linalg.norm(original, axis=-2, keepdims=True)
    scaled = np.divide(block, scale, out=np.zeros_like(block), where=scale > least)
    basis, triangle = np.linalg.qr(scaled)
    if np.all(np.abs(np.diagonal(triangle, axis1=-2, axis2=-1)) > RANK_TOLERANCE):
        return basis
    # QR without pivoting loses part of the span behind a dependent column; singular vectors do not
    vectors, values, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.where((values > RANK_TOLERANCE)[..., None, :], vectors, 0.0)


@dataclass(frozen=True)
class Projection:
    """A projection held as mutually orthogonal orthonormal bases: shared ones first, then the cell's own.

    bases : arrays (..., n, k_i) that broadcast against each other on the leading axes.
    """

    bases: tuple[np.ndarray, ...]

    @classmethod
    def onto(cls, block: np.ndarray) -> "Projection":
        """Projection on the columns of one block (..., n, k)."""
        return cls((orthonormal(block),))

    def extended(self, block: np.ndarray) -> "Projection":
        """The same, with a further block of columns."""
        if block.shape[-1] == 0:
            return self
        return Projection((*self.bases, orthonormal(self.residuals(block), original=block)))

    @property
    def rank(self) -> int:
        """Number of columns projected on (an upper bound when columns are dependent)."""
        return sum(basis.shape[-1] for basis in self.bases)

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """What the projection leaves of `values` (..., n, m)."""
        for basis in self.bases:
            if basis.ndim == 2 and values.ndim == 3:  # one shared basis: one large product instead of many small ones
                flat = values.transpose(1, 0, 2).reshape(values.shape[1], -1)
                left = flat - basis @ (basis.T @ flat)
                values = left.reshape(values.shape[1], values.shape[0], -1).transpose(1, 0, 2)
            else:
                values = values - basis @ (np.swapaxes(basis, -1, -2) @ values)
        return values

    def off_diagonal_sums(self, count: int) -> np.ndarray:
        """Sums of the first `count` off-diagonals of the projection matrix, shape (..., count)."""
        columns = []
        for lag in range(1, count + 1):
            parts = [np.einsum("...nk,...nk->...", basis[..., :-lag, :], basis[..., lag:, :]) for basis in self.bases]
            columns.append(np.sum(np.broadcast_arrays(*parts), axis=0))
        return np.stack(columns, axis=-1) if columns else np.zeros((*self.bases[-1].shape[:-2], 0))
