"""A small part of `make faults`: the matrix and the drawn bodies can fail, and here they do not."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from macro_assets.sources.providers import PROVIDERS
from macro_assets_tests.faults import matrix
from macro_assets_tests.faults.bodies import FETCH, Judge, try_bodies
from macro_assets_tests.faults.matrix import SUBJECTS, Bench
from macro_assets_tests.sandbox.small_archive import LAST, small_archive

CELLS = [
    ("fred", "daily", "drip", None), ("fred", "daily", "bomb", 1), ("fred", "history", "half", None),
    ("fred", "history", "cut", None), ("fred", "daily", "other", None), ("fred", "daily", "echo", None),
    ("fred", "daily", "429 for years", 1), ("yahoo", "daily", "other", None), ("yahoo", "weekly compare", "cut", None),
    ("yahoo", "daily", "currency", 1), ("yahoo", "daily", "reversed", None),
    ("world_bank", "daily", "types", None), ("world_bank", "daily", "half", 1),
    ("policy_surprises", "daily", "cut", None), ("policy_surprises", "daily", "deep", 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bench]]:
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(contextlib.closing(Bench(name, tmp_path_factory.mktemp(name))))
            for name in SUBJECTS
        }


def test_every_provider_is_in_the_matrix() -> None:
    assert set(SUBJECTS) == {one.name for one in PROVIDERS if not one.is_local} == set(FETCH)


@pytest.mark.parametrize(("provider", "phase", "fault", "times"), CELLS)
def test_a_fault_is_outlived_or_refused_and_nothing_is_stored(
    benches: dict[str, Bench], provider: str, phase: str, fault: str, times: int | None
) -> None:
    cell = benches[provider].try_cell(phase, fault, times)
    if times is None or fault == "429 for years":
        assert cell.outcome.startswith("refused: "), cell.outcome
    else:
        assert cell.outcome == "healed"
    assert not cell.is_bad


def test_the_matrix_sees_what_is_stored_in_silence_untyped_or_lost(
    benches: dict[str, Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benches["fred"]
    bench.before("daily")
    load = Bench.load

    def a_part(self: Bench, lake: Any, window: tuple[dt.date, dt.date], *, patient: bool = True) -> None:
        load(self, lake, (window[0], window[0] + dt.timedelta(days=20)), patient=patient)

    monkeypatch.setattr(Bench, "load", a_part)
    assert bench.try_cell("daily", "reset", 1).outcome == "STORED IN SILENCE"
    monkeypatch.setattr(Bench, "load", lambda *_, **__: 1 // 0)
    assert bench.try_cell("daily", "reset", 1).outcome == "UNTYPED: ZeroDivisionError"
    forever = threading.Event()
    monkeypatch.setattr(Bench, "load", lambda *_, **__: forever.wait(5.0))
    monkeypatch.setattr(matrix, "HUNG_AFTER_SECONDS", 0.01)
    assert bench.try_cell("daily", "reset", 1).outcome == "HUNG"
    forever.set()


@pytest.mark.parametrize("provider", SUBJECTS)
def test_drawn_bodies_raise_nothing_untyped_and_slip_no_row_in(provider: str) -> None:
    drawn = try_bodies(provider, 60)
    assert drawn.bodies >= 50
    assert drawn.refused > 10


def test_the_judge_of_bodies_sees_a_row_outside_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from macro_assets.sandbox import SandboxServer

    with SandboxServer(small_archive(), today=LAST) as sandbox:
        judge = Judge("fred", sandbox)
        judge.judge(judge.true_body)
        rows = judge.fetch().to_pylist()
        late = pa.Table.from_pylist([rows[0] | {"realtime_start": dt.date(2999, 1, 1)}])
        monkeypatch.setattr(judge, "fetch", lambda: late)
        with pytest.raises(AssertionError, match="fred stores"):
            judge.judge(judge.true_body)
        monkeypatch.setattr(judge, "fetch", lambda: 1 // 0)
        with pytest.raises(AssertionError, match="ZeroDivisionError"):
            judge.judge(judge.true_body)


def test_lakes_of_the_matrix_are_its_own(benches: dict[str, Bench], tmp_path: Path) -> None:
    start, stored, expected = benches["fred"].before("daily")
    assert start is not None
    assert stored is not None
    assert 0 < stored.num_rows < expected.num_rows
