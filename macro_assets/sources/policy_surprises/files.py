"""Files of the default publisher of policy surprises, whose folder has no index of its own.

Belongs here: which of its files are read, under which name, with which units. Does not belong here: reading them.

Source: Jarocinski and Karadi (2020), Deconstructing Monetary Policy Surprises, AEJ: Macroeconomics 12(2), with the
authors' updates (CC BY 4.0).
"""

from dataclasses import dataclass

__all__ = ["AUTHORS_FILES", "SurpriseFile"]


@dataclass(frozen=True)
class SurpriseFile:
    """One file of the publisher.

    Parameters
    ----------
    source : name under which its rows are kept.
    path : below the publisher's address.
    measures : (column, unit) pairs to read.
    """

    source: str
    path: str
    measures: tuple[tuple[str, str], ...]


_RATES = ("FF1", "FF2", "FF3", "FF4", "MP1", "ED1", "ED2", "ED3", "ED4")
_PRICES = ("TFUT02", "TFUT05", "TFUT10", "TFUT30", "SP500", "SP500FUT", "EUR")

AUTHORS_FILES = (
    SurpriseFile(
        "fomc_surprises_30min",
        "source_data/fomc_surprises_jk.csv",
        (*((name, "percentage points") for name in _RATES), *((name, "percent") for name in _PRICES)),
    ),
    SurpriseFile(
        "jarocinski_karadi_monthly",
        "shocks_fed_jk_m.csv",
        (
            *((name, "percentage points") for name in ("pc1_hf", "MP_pm", "CBI_pm", "MP_median", "CBI_median")),
            ("SP500_hf", "percent"),
        ),
    ),
)
