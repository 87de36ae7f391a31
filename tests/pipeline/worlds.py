"""What the pipeline's tests stand on: waves, a copy of the repository, an executor without processes, and readers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from rich.console import Console

from analysis.codebook import load_codebook
from analysis.layout import (
    EXTRA_RAW_VARIABLE,
    OUTPUT_VARIABLE,
    RAW_DIR,
    ROOT,
    RUN_VARIABLE,
    item_paths,
    processed_path,
    raw_path,
)
from analysis.pipeline.batch import Options, run_batch
from analysis.pipeline.executor import Report
from analysis.pipeline.job import Job, Outcome
from analysis.pipeline.plan import Selection, plan

STUDY = "dalarna_agreement"
CODEBOOK = f"{STUDY}/2025/00_codebook/da"
ALLOCATE = f"{STUDY}/2025/06_allocate/da"
REPLICATE = f"{STUDY}/2025/05_replicate/da"
AUDIT = f"{STUDY}/2025/07_audit/da"
SURVEY = "ssi_hygiene"
UNTIMED = ("logs", ".state")

# Adds to 300 000, so that Falun's fifth of 555 000 kr is 111 000 kr.
NEW_POPULATION = {
    "Avesta": 23000,
    "Borlänge": 55000,
    "Falun": 60000,
    "Gagnef": 10500,
    "Hedemora": 15500,
    "Leksand": 16500,
    "Ludvika": 27000,
    "Malung-Sälen": 10500,
    "Mora": 21000,
    "Orsa": 7000,
    "Rättvik": 11500,
    "Smedjebacken": 11000,
    "Säter": 12000,
    "Vansbro": 9500,
    "Älvdalen": 10000,
}


# Waves


def agreement() -> list[str]:
    """Return the runs of the agreement in the repository, in order; one of them reads what another one writes."""
    notebooks = load_codebook(RAW_DIR / STUDY / "codebook.yaml").notebooks
    return [f"{STUDY}/2025/{notebook}/da" for notebook in notebooks]


def with_pages(runs: Iterable[str]) -> set[str]:
    """Return runs and the making of their pages, their waves' documents and the summary, as logs and manifest do."""
    names = list(runs)
    parts = [name.split("/") for name in names]
    documents = {f"documents/{study}/{year}/{lang}" for study, year, *_, lang in parts}
    return {*names, *(f"page/{name}" for name in names), *documents, "summary"}


def codes() -> dict[str, str]:
    """Return name -> code of the municipalities."""
    with (RAW_DIR / STUDY / "2025" / "population.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file)}


def population_csv(population: dict[str, int | str] | dict[str, int] = NEW_POPULATION) -> str:
    code = codes()
    return "code,name,population\n" + "".join(f"{code[name]},{name},{n}\n" for name, n in population.items())


def wave_yaml(year: int, parameters: str = "{cost: 555000, population: 300000}", basis: str = "register") -> str:
    return (
        f"study: {STUDY}\nyear: {year}\nbasis: {basis}\nsource: a test\n"
        f'reference: "{year - 1}-12-31"\nparameters:\n  06_allocate: {parameters}\n'
    )


def add_wave(
    raw: Path,
    year: int = 2026,
    population: str | bytes | None = None,
    wave: str | None = None,
) -> Path:
    """Write a wave of the agreement into an extra raw directory; return its folder."""
    folder = raw / STUDY / str(year)
    folder.mkdir(parents=True)
    content = population_csv() if population is None else population
    (folder / "population.csv").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    (folder / "wave.yaml").write_text(wave_yaml(year) if wave is None else wave, encoding="utf-8")
    return folder


def add_survey_wave(raw: Path, year: int, basis: str, *, export_of: int = 2024) -> Path:
    """Write a wave of the survey, with the export of one that is there; return its folder."""
    folder = raw / SURVEY / str(year)
    folder.mkdir(parents=True)
    for name in ("dataset.csv", "labels.csv", "structure.csv"):
        shutil.copy(RAW_DIR / SURVEY / str(export_of) / name, folder / name)
    wave = f'study: {SURVEY}\nyear: {year}\nbasis: {basis}\nsource: a test\nreference: "{year}-01-01"\n'
    (folder / "wave.yaml").write_text(wave, encoding="utf-8")
    return folder


# An executor without processes


Behaviour = Callable[[Job, Path], Outcome | None]
"""Called when everything declared is made, with the job and where its files are; what it returns is the outcome."""


class FakeExecutor:
    """Makes what each notebook declares, from its parameters and inputs, in this process."""

    def __init__(self, behaviour: dict[str, Behaviour] | None = None) -> None:
        self.behaviour = behaviour or {}
        self.ran: list[str] = []
        self.jobs: list[Job] = []
        self._lock = threading.Lock()

    def run(self, job: Job, report: Report) -> Outcome:
        given = job.parameters
        parts = (given["study"], str(given["year"]), job.notebook.stem, given.get("chapter", ""), given["lang"])
        name = "/".join(part for part in parts if part)
        with self._lock:
            self.ran.append(name)
            self.jobs.append(job)
        report(1, 2)
        task = json.loads(Path(job.environment[RUN_VARIABLE]).read_text(encoding="utf-8"))
        made = Path(task["outputs"])
        content = _content(job, task["inputs"])
        for path in _declared(job, task["writes"]):
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_text(f"{path.name} of {content}\n", encoding="utf-8")
        nbformat.write(_executed(content), job.executed)
        report(2, 2)
        behaviour = self.behaviour.get(name)
        outcome = behaviour(job, made) if behaviour else None
        return outcome or Outcome()

    def stop(self) -> None:
        """Nothing runs."""


def _declared(job: Job, writes: Iterable[str]) -> list[Path]:
    study, year, lang = (job.parameters[name] for name in ("study", "year", "lang"))
    codebook = load_codebook(raw_path("codebook", study, year, places=""))
    items = codebook.items_of(job.notebook.stem, job.parameters.get("chapter"))
    return [processed_path(name, study, year) for name in writes] + [
        path for name, item in items.items() for path in item_paths(item.kind, study, year, lang, name).values()
    ]


def _content(job: Job, inputs: dict[str, str]) -> str:
    """Return what the outputs are made from; language and chapter are none of it."""
    files = {name: digest(Path(path)) for name, path in inputs.items() if Path(path).is_file()}
    parameters = {name: value for name, value in job.parameters.items() if name not in ("lang", "chapter")}
    return json.dumps([job.notebook.stem, parameters, files], sort_keys=True)


def _executed(content: str, *shown: str) -> nbformat.NotebookNode:
    outputs = [v4.new_output("display_data", {"text/html": html}) for html in shown]
    cells = [v4.new_markdown_cell("# A page"), v4.new_code_cell(f"# {content}", outputs=outputs)]
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"
    notebook: nbformat.NotebookNode = v4.new_notebook(cells=cells)
    return notebook


def fails(message: str = "ValueError: broken", cell: int | None = 2) -> Behaviour:
    return lambda job, made: Outcome(message, cell)


def shows(*html: str) -> Behaviour:
    """Show markup in the executed notebook, each in an output of its own."""

    def show(job: Job, made: Path) -> None:
        nbformat.write(_executed("shown", *html), job.executed)

    return show


def batch(
    executor: FakeExecutor,
    langs: tuple[Any, ...] = ("da",),
    *,
    studies: tuple[str, ...] = (STUDY,),
    years: tuple[int, ...] = (),
    jobs: int = 2,
    force: bool = False,
    parameters: tuple[tuple[str, str], ...] = (),
) -> tuple[bool, str]:
    """Run everything of some studies with an executor; return whether all went well and what was shown."""
    shown = io.StringIO()
    runs = plan(Selection(studies, years, langs, parameters))
    well = run_batch(runs, executor, Options(jobs, force), Console(file=shown, force_terminal=False))
    return well, shown.getvalue()


# The command line, in a process of its own


def run_all(
    *arguments: str | Path, root: Path = ROOT, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `run_all.py` of a checkout to its end."""
    return finish(start(*arguments, root=root, cwd=cwd, **environment))


def start(
    *arguments: str | Path, root: Path = ROOT, cwd: Path | None = None, **environment: str
) -> subprocess.Popen[str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in (OUTPUT_VARIABLE, EXTRA_RAW_VARIABLE, RUN_VARIABLE, "FORCE_COLOR")
    }
    return subprocess.Popen(
        [sys.executable, str(root / "run_all.py"), *map(str, arguments)],
        cwd=cwd or root,
        env=inherited | {"PYTHONPATH": str(root / "src"), "PYTHONIOENCODING": "utf-8"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    try:
        stdout, stderr = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


# Reading what was written


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder: Path) -> list[Path]:
    """Return every file outside logs and state, relative to the folder."""
    if not folder.is_dir():
        return []
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path.parts[0] not in UNTIMED)


def contents(folder: Path) -> dict[str, str]:
    """Return path -> SHA-256 of every file outside logs and state."""
    return {path.as_posix(): digest(folder / path) for path in files(folder)}


def times(folder: Path) -> dict[str, int]:
    """Return path -> time of last change, of every file outside logs and state."""
    return {path.as_posix(): (folder / path).stat().st_mtime_ns for path in files(folder)}


def events(folder: Path) -> list[dict[str, Any]]:
    """Return the events of the last batch that was logged."""
    logged = [json.loads(line) for line in (folder / "logs" / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    begin = max(index for index, event in enumerate(logged) if event["event"] == "begin")
    return logged[begin:]


def tasks(folder: Path, event: str) -> set[str]:
    """Return the tasks that an event of the last batch names."""
    return {logged["task"] for logged in events(folder) if logged["event"] == event}


def manifest(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "reports" / "manifest.json").read_text(encoding="utf-8"))
    return loaded


def makers(folder: Path) -> set[str]:
    """Return the tasks whose outputs the manifest lists."""
    return {output["task"] for output in manifest(folder)["outputs"]}


def manifest_problems(folder: Path) -> list[str]:
    """Return what is wrong with the manifest, held against the files that lie there."""
    listed = [(output["path"], output["sha256"]) for output in manifest(folder)["outputs"]]
    there = {path: hashed for path, hashed in contents(folder).items() if path.split("/")[0] in _LISTED}
    unlisted = {"reports/manifest.json", "reports/index.html"} | {p for p in there if p.endswith("/index.html")}
    return [
        *(f"{path} is listed and not there" for path, _ in listed if path not in there),
        *(f"{path} has another sha256" for path, hashed in listed if there.get(path, hashed) != hashed),
        *(f"{path} is there and not listed" for path in there if path not in dict(listed) and path not in unlisted),
        *(f"{path} is listed twice" for path in {p for p, _ in listed if [q for q, _ in listed].count(p) > 1}),
    ]


_LISTED = ("data", "figures", "reports")


def estimates(folder: Path, year: int) -> list[dict[str, str]]:
    path = folder / processed_path("estimates", STUDY, year)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# A repository of one's own


def copy_repository(root: Path) -> Path:
    """Copy code, notebooks and raw data, so that a run does not depend on where they lie; return the copy."""
    for name in ("src", "notebooks", "data/raw"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in ("run_all.py", "uv.lock"):
        shutil.copy(ROOT / name, root / name)
    return root


def make_repository(root: Path, studies: dict[str, str]) -> None:
    """Copy the code, and put small notebooks and studies beside it.

    Parameters
    ----------
    root
        Where to.
    studies
        Study -> how its 06_allocate behaves (see `tiny_notebooks`).
    """
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run_all.py", "uv.lock"):
        shutil.copy(ROOT / name, root / name)
    (root / "notebooks").mkdir()
    for name, sources in tiny_notebooks().items():
        write_notebook(root / "notebooks" / f"{name}.ipynb", sources)
    for study, behaviour in studies.items():
        folder = root / "data" / "raw" / study
        (folder / "2025").mkdir(parents=True)
        (folder / "codebook.yaml").write_text(_CODEBOOK.replace("STUDY", study), encoding="utf-8")
        (folder / "published.csv").write_text(_PUBLISHED, encoding="utf-8")
        (folder / "2025" / "population.csv").write_text("code,name,population\n", encoding="utf-8")
        set_behaviour(root, study, behaviour)


def set_behaviour(root: Path, study: str, behaviour: str) -> None:
    wave = (
        f'study: {study}\nyear: 2025\nbasis: register\nsource: a test\nreference: "2024-12-31"\n'
        f"parameters: {{06_allocate: {{behaviour: {behaviour}}}}}\n"
    )
    (root / "data" / "raw" / study / "2025" / "wave.yaml").write_text(wave, encoding="utf-8")


def write_notebook(path: Path, sources: list[str]) -> None:
    """Write a notebook of a title and code cells; the first of these is tagged `parameters`."""
    cells = [v4.new_markdown_cell("# A title"), *(v4.new_code_cell(source) for source in sources)]
    cells[1].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook: nbformat.NotebookNode = v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, path)


FAILING_CELL = 5
"""Of the small 06_allocate, counted from 1 in the notebook as it lies in the repository."""


def tiny_notebooks() -> dict[str, list[str]]:
    """Return notebook -> sources of its cells; 06_allocate has made half of its files when it misbehaves."""
    parameters = 'study: str = "good"\nyear: int = 2025\nlang: str = "da"'
    begin = (
        "import os, signal, sys\n"
        "from analysis.context import begin\n"
        "run = begin({name!r}, study, year, lang)\n"
        "figures = run.outputs / 'figures' / study / str(year) / lang\n"
        "data = run.outputs / 'data' / 'processed' / study / str(year)\n"
        "figures.mkdir(parents=True)\n"
        "data.mkdir(parents=True, exist_ok=True)"
    )
    misbehave = (
        "if behaviour == 'raises': raise ValueError('the sum is wrong')\n"
        "if behaviour == 'kernel_dies': os._exit(3)\n"
        "if behaviour == 'worker_dies': os.kill(os.getppid(), signal.SIGTERM if os.name == 'nt' else signal.SIGKILL)\n"
        "if behaviour == 'undeclared': (figures / 'extra.svg').write_text('x')\n"
        "if behaviour.startswith('warns'): print('mind the gap', file=sys.stderr)\n"
        "if behaviour == 'warns_and_raises': raise ValueError('no')"
    )
    return {
        "06_allocate": [
            f'{parameters}\nbehaviour: str = "good"',
            begin.format(name="06_allocate"),
            "(figures / 'table_1.html').write_text('<p>1</p>')\n(data / 'estimates.csv').write_text('1')",
            misbehave,
            "(figures / 'table_1.csv').write_text('1')",
        ],
        "05_replicate": [
            parameters,
            begin.format(name="05_replicate"),
            "for name in ('verdicts.html', 'verdicts.csv', 'disputes.html', 'disputes.csv'):\n"
            "    (figures / name).write_text('1')",
            "(data / 'replication.csv').write_text(run.inputs['estimates'].read_text())",
        ],
    }


_PUBLISHED = """\
wave,item,chapter,group,variable,category,statistic,value,value_high,qualifier,base,page,line,printed
2025,table_1,cost,all,amount,,amount,1,,exact,,1,1,1
"""
_CODEBOOK = """\
schema_version: 1
study: STUDY
title: {da: STUDY, en: STUDY}
report: {title: T, publisher: P, language: da, date: "2025-01-01", text: t.txt}
unit: municipality
places: dalarna
population: 15
notebooks: [06_allocate, 05_replicate]
chapters: {cost: {da: a, en: a}}
variables: {amount: {label: {da: a, en: a}, unit: kr}}
items:
  table_1: {kind: table, chapter: cost, notebook: 06_allocate, printed: true, title: {da: a, en: a}}
  verdicts: {kind: table, chapter: cost, notebook: 05_replicate, printed: false, title: {da: a, en: a}}
"""
