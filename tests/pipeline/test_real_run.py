"""The Dalarna notebooks in real kernels: the same bytes everywhere, a new wave without code, bad waves refused."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from analysis.site.check import problems
from tests.pipeline.worlds import (
    ALLOCATE,
    NEW_POPULATION,
    STUDY,
    add_wave,
    agreement,
    contents,
    copy_repository,
    estimates,
    events,
    files,
    finish,
    makers,
    manifest,
    manifest_problems,
    population_csv,
    run_all,
    start,
    tasks,
    times,
    wave_yaml,
    with_pages,
)

# Of the new wave nothing is printed: there is nothing to replicate or to audit.
EVERYTHING = with_pages([*agreement(), f"{STUDY}/2026/00_codebook/da", f"{STUDY}/2026/06_allocate/da"])


@dataclass(frozen=True)
class Real:
    """One run of all notebooks, in a checkout and with an output directory of its own."""

    root: Path
    raw: Path
    output: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Real, Real]:
    """Return two runs of the same: other checkout, output directory, jobs, working directory, zone and locale."""
    started = []
    for jobs, surroundings in (
        ("1", {"TZ": "UTC", "LC_ALL": "C.UTF-8"}),
        ("2", {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}),
    ):
        folder = tmp_path_factory.mktemp(f"jobs-{jobs}")
        root = copy_repository(folder / "check out" if jobs == "2" else folder / "checkout")
        add_wave(folder / "raw")
        output = folder / "written" / "here" if jobs == "2" else folder / "out"
        process = start(
            "--study", STUDY, "--raw-dir", folder / "raw", "--output-dir", output, "--jobs", jobs,
            root=root, cwd=folder, **surroundings,
        )  # fmt: skip
        started.append((root, folder / "raw", output, process))
    one, two = (Real(root, raw, output, finish(process)) for root, raw, output, process in started)
    return one, two


@pytest.fixture(scope="module")
def real(both: tuple[Real, Real]) -> Real:
    return both[0]


@pytest.fixture(scope="module")
def again(both: tuple[Real, Real]) -> tuple[subprocess.CompletedProcess[str], dict[str, int], dict[str, str]]:
    """Run a second time; return how it ended, and the times and contents there were before."""
    real = both[0]
    before = times(real.output), contents(real.output)
    done = run_all("--study", STUDY, "--raw-dir", real.raw, "--output-dir", real.output, root=real.root)
    return done, *before


def page(real: Real, lang: str, year: int = 2025) -> str:
    return (real.output / "reports" / lang / f"{STUDY}-{year}-06_allocate.html").read_text(encoding="utf-8")


# One run


def test_everything_is_made_with_exit_status_0(both: tuple[Real, Real]) -> None:
    for real in both:
        assert real.done.returncode == 0, real.done.stdout + real.done.stderr
        assert tasks(real.output, "made") == EVERYTHING == makers(real.output)


def test_the_manifest_and_the_site_are_whole(real: Real) -> None:
    assert manifest_problems(real.output) == []
    assert problems(real.output / "reports") == []
    assert {item["status"] for item in manifest(real.output)["items"]} == {"drawn"}


def test_two_runs_have_the_same_bytes(both: tuple[Real, Real]) -> None:
    assert contents(both[0].output) == contents(both[1].output)


def test_no_output_holds_a_path_of_the_machine(
    both: tuple[Real, Real], tmp_path_factory: pytest.TempPathFactory
) -> None:
    for real in both:
        folders = {str(real.root), str(real.root.parent), str(tmp_path_factory.getbasetemp()), str(Path.home())}
        found = [
            (path.as_posix(), folder)
            for path in files(real.output)
            for folder in folders
            if folder.encode("utf-8") in (real.output / path).read_bytes()
        ]
        assert found == []


def test_no_output_holds_a_time(real: Real) -> None:
    day = re.compile(rb"20\d\d-\d\d-\d\d[T ]\d\d:\d\d")
    written = [path for path in files(real.output) if path.suffix != ".png"]
    assert [path for path in written if day.search((real.output / path).read_bytes())] == []


def test_what_is_shown_off_a_terminal_is_plain_lines(real: Real) -> None:
    assert "\x1b" not in real.done.stdout
    lines = [line.strip() for line in real.done.stdout.splitlines()]
    assert f"start  {ALLOCATE}" in lines
    assert real.done.stderr == ""


def test_the_log_is_json_lines(real: Real) -> None:
    for event in events(real.output):
        assert set(event) >= {"time", "event", "task"}
    assert events(real.output)[0]["event"] == "begin"
    assert events(real.output)[-1]["counts"]["made"] == len(EVERYTHING)


def test_executed_notebooks_hold_no_standard_error_and_ran_every_cell(real: Real) -> None:
    for path in (real.output / "reports").rglob("*.ipynb"):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in cells)
        assert not [output for cell in cells for output in cell.outputs if output.get("name") == "stderr"]


def test_a_second_run_makes_nothing_and_touches_nothing(
    real: Real, again: tuple[subprocess.CompletedProcess[str], dict[str, int], dict[str, str]]
) -> None:
    done, changed, before = again
    assert done.returncode == 0
    assert tasks(real.output, "started") == set()
    up_to_date = {"made": 0, "up to date": len(EVERYTHING), "failed": 0, "not run": 0}
    assert events(real.output)[-1]["counts"] == up_to_date
    assert (times(real.output), contents(real.output)) == (changed, before)


# A new wave


def test_a_new_waves_table_adds_up(real: Real) -> None:
    table = [row for row in estimates(real.output, 2026) if row["item"] == "table_1"]

    def value(variable: str, group: str, method: str) -> float:
        (row,) = [row for row in table if (row["variable"], row["group"], row["method"]) == (variable, group, method)]
        return float(row["value"])

    # 555 000 × 60 000 / 300 000, and 555 000 × 7 000 / 300 000.
    assert value("amount", "municipality:Falun", "half_up") == 111000
    assert value("amount", "municipality:Orsa", "half_up") == 12950
    parts = [value("amount", f"municipality:{name}", "largest_remainder") for name in NEW_POPULATION]
    assert sum(parts) == 555000
    assert value("amount", "all", "largest_remainder") == 555000
    people = {name: value("population", f"municipality:{name}", "as_listed") for name in NEW_POPULATION}
    assert people == NEW_POPULATION
    assert {row["basis"] for row in table} == {"register"}


def test_a_new_wave_stands_in_the_index_beside_the_earlier_one(real: Real) -> None:
    index = (real.output / "reports" / "da" / "index.html").read_text(encoding="utf-8")
    assert f'href="{STUDY}-2026-06_allocate.html"' in index
    assert f'href="{STUDY}-2025-06_allocate.html"' in index
    assert f"{STUDY}-2026-05_replicate" not in index
    assert not list(real.output.rglob(f"*{STUDY}-2026-05_replicate*"))
    assert [path.name for path in real.output.glob(f"reports/*/{STUDY}-*-07_audit.html")] == [
        f"{STUDY}-2025-07_audit.html"
    ]


def test_what_shows_print_alone_says_that_it_rests_on_print(real: Real) -> None:
    bases = {output["task"].removeprefix("page/"): output["basis"] for output in manifest(real.output)["outputs"]}
    assert bases[f"{STUDY}/2026/00_codebook/da"] == "published"
    assert bases[f"{STUDY}/2026/06_allocate/da"] == "register"
    assert bases[f"{STUDY}/2025/07_audit/da"] == "published"


def test_a_new_waves_page_shows_its_own_cost_and_not_the_earlier_ones(real: Real) -> None:
    shown = page(real, "da", 2026)
    assert "555.000" in shown
    assert "539.000" not in shown
    assert "286.546" not in shown


def test_the_manifest_names_a_new_waves_inputs_without_their_folder(real: Real) -> None:
    outputs = {entry["path"]: entry for entry in manifest(real.output)["outputs"]}
    inputs = outputs[f"data/processed/{STUDY}/2026/estimates.csv"]["inputs"]
    assert {f"<raw-dir>/{STUDY}/2026/wave.yaml", f"<raw-dir>/{STUDY}/2026/population.csv"} <= set(inputs)


# Another language, and another wave for a year that is there


@pytest.fixture(scope="module")
def replaced(both: tuple[Real, Real], tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Run 2025 in English with a wave that takes the place of the repository's and names another source."""
    folder = tmp_path_factory.mktemp("replaced")
    root = both[0].root
    original = root / "data" / "raw" / STUDY / "2025"
    wave = (original / "wave.yaml").read_text(encoding="utf-8").replace("en: Region Dalarna", "en: Archive")
    add_wave(folder / "raw", 2025, (original / "population.csv").read_bytes(), wave)
    chosen = ("--study", STUDY, "--lang", "en")
    done = run_all("--raw-dir", folder / "raw", "--output-dir", folder / "out", *chosen, root=root)
    return Real(root, folder / "raw", folder / "out", done)


def test_a_wave_in_the_raw_directory_replaces_the_repositorys(replaced: Real) -> None:
    assert replaced.done.returncode == 0, replaced.done.stdout
    outputs = {entry["path"]: entry for entry in manifest(replaced.output)["outputs"]}
    inputs = outputs[f"data/processed/{STUDY}/2025/estimates.csv"]["inputs"]
    assert f"<raw-dir>/{STUDY}/2025/wave.yaml" in inputs
    assert f"data/raw/{STUDY}/2025/wave.yaml" not in inputs
    assert "Archive, Nytt samverkansavtal" in page(replaced, "en")
    assert manifest_problems(replaced.output) == []


def test_only_the_language_asked_for_is_written(replaced: Real) -> None:
    reports = {path.parts[1] for path in files(replaced.output) if path.parts[0] == "reports"}
    assert reports == {"en", "index.html", "manifest.json"}
    assert "539,000" in page(replaced, "en")
    assert problems(replaced.output / "reports") == []


def test_languages_compute_the_same_datasets(real: Real, replaced: Real) -> None:
    for name in ("estimates", "replication", "findings", "claims"):
        path = Path("data", "processed", STUDY, "2025", f"{name}.csv")
        assert (replaced.output / path).read_bytes() == (real.output / path).read_bytes()


# Bad waves

GOOD = population_csv()
SEVERAL = GOOD.replace("2080,Falun,60000\n", "").replace("2062,Mora,21000", "2062,Mora,-21000")
SEVERAL = SEVERAL.replace("Vansbro,9500", "Vansbro,") + "2034,Orsa,7000\n"
BAD_WAVES: dict[int, tuple[str | bytes | None, list[str]]] = {
    2031: (
        SEVERAL,
        [
            "column code: Falun is missing",
            "row 16, column code: Orsa stands twice (first in row 10); value: '2034'",
            "row 9, column population",
            "value: '-21000'",
            "row 14, column population",
            "value: ''",
        ],
    ),
    2032: (GOOD.replace(",7000\n", ",7001\n"), ["column population", "300001", "300000", "1 more"]),
    2033: (GOOD.encode("cp1252"), ["row 3", "not UTF-8", "Borlänge", "CSV UTF-8"]),
    2034: (None, ["does not exist"]),
}


@pytest.fixture(scope="module")
def bad(both: tuple[Real, Real], tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Run one good wave and all bad ones together."""
    folder = tmp_path_factory.mktemp("bad")
    raw = folder / "raw"
    for year, (population, _) in BAD_WAVES.items():
        wave = add_wave(raw, year, population, wave_yaml(year))
        if population is None:
            (wave / "population.csv").unlink()
    years = [argument for year in BAD_WAVES for argument in ("--year", str(year))]
    chosen = ("--study", STUDY, *years)
    done = run_all("--raw-dir", raw, "--output-dir", folder / "out", "--jobs", "2", *chosen, root=both[0].root)
    return Real(both[0].root, raw, folder / "out", done)


def message_about(year: int, bad: Real) -> str:
    """Return what the terminal said of a wave, up to the next task's line."""
    shown = bad.done.stdout.split(f"FAILED  {STUDY}/{year}/06_allocate/da: ")[1]
    return re.split(r"\n +(?:start|made|FAILED|not run)  ", shown)[0]


@pytest.mark.parametrize("year", BAD_WAVES)
def test_a_bad_wave_is_refused_with_file_row_column_and_value(year: int, bad: Real) -> None:
    message = message_about(year, bad)
    file = f"<raw-dir>/{STUDY}/{year}/population.csv"
    assert [word for word in (file, *BAD_WAVES[year][1]) if word not in message] == []
    assert "Traceback" not in message
    assert str(bad.raw) not in message


def test_bad_waves_leave_nothing_half_written(bad: Real) -> None:
    assert bad.done.returncode == 1
    assert tasks(bad.output, "failed") == {f"{STUDY}/{year}/06_allocate/da" for year in BAD_WAVES}
    # What the agreement says stands in no wave's population list.
    assert makers(bad.output) == with_pages(f"{STUDY}/{year}/00_codebook/da" for year in BAD_WAVES)
    assert manifest_problems(bad.output) == []
    assert problems(bad.output / "reports") == []


def test_a_failed_waves_kept_notebook_and_page_hold_no_path_of_the_machine(bad: Real) -> None:
    for path in sorted((bad.output / "logs" / "failed").iterdir()):
        content = path.read_text(encoding="utf-8")
        assert str(bad.root) not in content, path.name
        assert str(bad.output) not in content, path.name
        assert str(bad.raw) not in content, path.name


def test_the_kept_notebook_can_be_opened(bad: Real) -> None:
    kept = sorted((bad.output / "logs" / "failed").glob("*.ipynb"))
    assert len(kept) == len(BAD_WAVES)
    for path in kept:
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4
