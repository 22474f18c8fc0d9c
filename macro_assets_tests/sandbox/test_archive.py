from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.sandbox import Archive, ArchiveFormatError


def test_written_folder_reads_back_the_same(archive: Archive, tmp_path: Path) -> None:
    again = Archive.read(archive.write(tmp_path / "archive"))
    assert again.observations.equals(archive.observations)
    assert again.last_day == archive.last_day == date(2014, 12, 31)
    for mine, theirs in ((archive.bars, again.bars), (archive.indicators, again.indicators)):
        assert set(mine) == set(theirs)
    for symbol, frame in archive.bars.items():
        pd.testing.assert_frame_equal(frame, again.bars[symbol], check_dtype=False)
    pd.testing.assert_frame_equal(archive.surprises["meetings"], again.surprises["meetings"], check_dtype=False)


def test_folder_without_observations_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveFormatError, match=r"observations\.parquet is missing"):
        Archive.read(tmp_path)


def test_two_values_valid_on_the_same_day_are_refused(archive: Archive) -> None:
    row = archive.observations.filter(pa.compute.equal(archive.observations["series_id"], "DGS10")).slice(5, 1)
    with pytest.raises(InvalidInputError, match=r"DGS10 of 2004-01-08.*overlaps"):
        Archive(observations=pa.concat_tables([archive.observations, row]), series=archive.series)


def test_series_without_a_description_is_refused(archive: Archive) -> None:
    with pytest.raises(ArchiveFormatError, match="does not describe ICSA"):
        Archive(observations=archive.observations, series=archive.series.query("series_id != 'ICSA'"))


def test_missing_columns_are_named(archive: Archive) -> None:
    with pytest.raises(ArchiveFormatError, match=r"yahoo/SPY\.csv lacks Adj Close"):
        Archive(archive.observations, archive.series, bars={"SPY": archive.bars["SPY"].drop(columns="Adj Close")})
