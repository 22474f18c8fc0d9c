"""Settings: the environment decides, defaults lie under home, secrets never print, imports stay light."""

import datetime as dt
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from macro_assets import errors
from macro_assets.settings import Settings, get_settings


def test_everything_lies_under_home_unless_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = get_settings()
    assert settings.home == tmp_path / "macro_home"
    assert settings.lake_uri == str(tmp_path / "macro_home" / "lake")
    assert settings.mlflow_tracking_uri == f"sqlite:///{tmp_path / 'macro_home' / 'mlflow.db'}"
    monkeypatch.setenv("MACRO_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("MACRO_LAKE_URI", "s3://bucket/lake")
    again = get_settings()
    assert again.home == tmp_path / "other"
    assert again.lake_uri == "s3://bucket/lake"
    assert again.mlflow_artifact_root == str(tmp_path / "other" / "mlflow_artifacts")


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MACRO_FRED_REQUESTS_PER_MINUTE=7\nMACRO_HTTP_RETRIES=1\nUNRELATED=1\n")
    monkeypatch.setenv("MACRO_HTTP_RETRIES", "2")
    assert (get_settings().fred_requests_per_minute, get_settings().http_retries) == (7, 2)


def test_today_can_be_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACRO_TODAY", "2015-12-31")
    assert get_settings().current_day() == dt.date(2015, 12, 31)
    monkeypatch.setenv("MACRO_TODAY", "")
    assert abs((get_settings().current_day() - dt.date.today()).days) <= 1


def test_keys_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACRO_FRED_API_KEY", "abcdef0123456789")
    settings = get_settings()
    assert settings.fred_api_key is not None
    assert settings.fred_api_key.get_secret_value() == "abcdef0123456789"
    assert "abcdef" not in repr(settings) + settings.model_dump_json()


def test_addresses_lose_their_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACRO_FRED_URL", "http://127.0.0.1:1/fred/")
    assert Settings().fred_url == "http://127.0.0.1:1/fred"


def test_errors_carry_their_remedy_and_survive_a_process_border() -> None:
    error = errors.TransientSourceError("FRED answered 429.", remedy="Wait.", retry_after=3.0)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "FRED answered 429. Wait."
    assert (again.retry_after, again.remedy) == (3.0, "Wait.")
    assert isinstance(errors.UnknownSeriesError("x"), errors.PermanentSourceError)
    with pytest.raises(ValueError):
        raise errors.InvalidInputError("x")


def test_importing_the_package_and_the_catalogue_stays_light() -> None:
    code = (
        "import sys, os, macro_assets, macro_assets.catalog, macro_assets.settings\n"
        "heavy = {'pandas', 'pyarrow', 'numpy', 'torch', 'mlflow', 'econml', 'dagster', 'xgboost', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)), os.environ['OMP_NUM_THREADS'])"
    )
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True, timeout=60
    )
    assert done.stdout.split("]")[0] == "["


def test_months_without_shocks_are_a_span(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_settings().left_out() is None
    monkeypatch.setenv("MACRO_LEFT_OUT_MONTHS", "2020-03..2020-09")
    assert get_settings().left_out() == (dt.date(2020, 3, 1), dt.date(2020, 9, 1))


@pytest.mark.parametrize("wrong", ["2020-03", "2020-03..2020-13", "2020-09..2020-03", "2020-03-01..2020-09-01"])
def test_a_span_of_months_that_is_none_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACRO_LEFT_OUT_MONTHS", wrong)
    with pytest.raises(ValueError, match=r"no span of months such as 2020-03\.\.2020-09"):
        get_settings()
