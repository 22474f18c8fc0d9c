"""Self-attention over the last twelve months: which regime comes a quarter later.

Belongs here: the network. Does not belong here: its training and predictions (training.py), its score against
baselines (report.py). Time is the sequence: a window of one month per row would make attention the identity.
"""

from __future__ import annotations

import torch
from torch import nn

from macro_assets.regimes.names import REGIMES

__all__ = ["LOOKBACK_MONTHS", "AttentionRegimeClassifier"]

LOOKBACK_MONTHS = 12
# Two threads on shared cores spin against each other and cost far more than they give at this size.
torch.set_num_threads(1)


class AttentionRegimeClassifier(nn.Module):
    """Embedding, multi-head attention with the last month as query, linear head; logits out.

    Parameters
    ----------
    n_features : features a month.
    hidden, heads, dropout : width, attention heads and dropout.
    lookback : months in a window.
    positional : learned embedding of the month's place in the window, and a residual path with layer norm.
    persistent : the last three features are the month's published label, one-hot; the shares of outcomes after it in training
        are the prior to which attention adds evidence, so an untrained network is that prior.

    Input (batch, lookback, n_features) in the features' own units, NaN = missing; standardisation and the filling of
    missing values by the training mean are part of the network, so that an exported model takes raw features.
    """

    center: torch.Tensor
    scale: torch.Tensor
    prior: torch.Tensor

    def __init__(
        self,
        n_features: int = 20,
        hidden: int = 32,
        heads: int = 4,
        dropout: float = 0.2,
        lookback: int = LOOKBACK_MONTHS,
        *,
        positional: bool = True,
        persistent: bool = False,
    ) -> None:
        super().__init__()
        self.lookback = lookback
        self.register_buffer("center", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(n_features))
        self.embedding = nn.Linear(n_features, hidden)
        self.position = nn.Parameter(torch.zeros(lookback, hidden), requires_grad=positional)
        self.attention = nn.MultiheadAttention(hidden, heads, dropout=dropout, batch_first=True)
        self.norm = nn.LayerNorm(hidden) if positional else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, len(REGIMES))
        self.residual = positional
        self.persistent = persistent
        self.register_buffer("prior", torch.zeros(len(REGIMES), len(REGIMES)))

    @classmethod
    def source_document(cls, n_features: int = 20) -> AttentionRegimeClassifier:
        """The layers of the source document (hidden 32, 4 heads, no dropout), over twelve months instead of one."""
        return cls(n_features, hidden=32, heads=4, dropout=0.0, positional=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 3) of the regimes a quarter after the last month of each window."""
        standardised = (x - self.center) / self.scale
        standardised = torch.where(torch.isnan(standardised), torch.zeros_like(standardised), standardised)
        embedded = self.embedding(torch.clamp(standardised, -6.0, 6.0)) + self.position
        query = embedded[:, -1:, :]
        attended, _ = self.attention(query, embedded, embedded, need_weights=False)
        state = attended + query if self.residual else attended
        logits: torch.Tensor = self.head(self.dropout(self.norm(state))[:, 0, :])
        return logits + x[:, -1, -len(REGIMES) :] @ self.prior if self.persistent else logits
