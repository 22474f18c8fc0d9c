"""Lists of columns that models name: each name exists, and a misspelt one is refused when the list is made.

The lists are imported inside the tests: a refusal is then a failed test, not a file that cannot be collected.
"""

import pytest


def test_columns_chosen_by_name_exist() -> None:
    from macro_assets.signals.recession import monthly_spec

    assert set(monthly_spec.CLASSIC) | set(monthly_spec.FINANCIAL) <= set(monthly_spec.names())
    assert len(set(monthly_spec.CLASSIC)) == 15


def test_a_misspelt_column_is_refused_by_name() -> None:
    from macro_assets.errors import InvalidInputError
    from macro_assets.signals.recession import monthly_spec

    with pytest.raises(InvalidInputError, match=r"Unknown monthly recession features \['payrols_growth_3m'\]"):
        monthly_spec.chosen("payrolls_growth_3m", "payrols_growth_3m")
