"""The command line: run everything that is out of date, or say why it would run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from click.core import ParameterSource
from rich.console import Console

from analysis.errors import AnalysisError, did_you_mean
from analysis.lang import DEFAULT_LANG, LANGS, Lang
from analysis.layout import EXTRA_RAW_VARIABLE, OUTPUT_VARIABLE, replaced_waves
from analysis.pipeline.plan import Selection, plan


def _assignment(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not equals:
            raise click.BadParameter(f"{name!r} is not NAME=VALUE")
    return tuple((name, text) for name, _, text in pairs)


class _Group(click.Group):
    """Names every option where one is not known."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            valid = sorted(option for parameter in self.params for option in parameter.opts)
            message = f"no such option {error.option_name}. {did_you_mean(error.option_name, valid)}."
            raise click.UsageError(message, ctx) from None


@click.group(cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--study", "studies", multiple=True, help="Study to run; may be repeated. Default: all.")
@click.option("--year", "years", multiple=True, type=int, help="Survey year; may be repeated. Default: all.")
@click.option(
    "--lang",
    "langs",
    multiple=True,
    default=(DEFAULT_LANG,),
    show_default=True,
    help="da or en; may be repeated.",
)
@click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", callback=_assignment,
    help="Set a notebook's parameter; may be repeated.",
)  # fmt: skip
@click.option(
    "--raw-dir", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that adds waves, laid out as <study>/<year>/.",
)  # fmt: skip
@click.option("--output-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to write. Default: here.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="cores",
    help="Notebooks at a time.",
)
@click.option("--force", is_flag=True, help="Make everything, up to date or not.")
@click.option("--dry-run", is_flag=True, help="List what would run; run nothing.")
@click.option("--explain", is_flag=True, help="List what would run and why; run nothing.")
@click.pass_context
def main(
    context: click.Context,
    studies: tuple[str, ...],
    years: tuple[int, ...],
    langs: tuple[Lang, ...],
    parameters: tuple[tuple[str, str], ...],
    raw_dir: Path | None,
    output_dir: Path | None,
    jobs: int,
    force: bool,
    dry_run: bool,
    explain: bool,
) -> None:
    """Run every notebook that is out of date and write data, figures, tables and the site.

    Exit status 0 means that all that was asked for was made.
    """
    if context.invoked_subcommand is not None:
        _refuse_options_before(context.invoked_subcommand, context)
        return
    if raw_dir is not None:
        os.environ[EXTRA_RAW_VARIABLE] = str(raw_dir.resolve())
    if output_dir is not None:
        os.environ[OUTPUT_VARIABLE] = str(output_dir.resolve())
    with _told():
        for wave in replaced_waves():
            click.echo(f"note: {wave} is taken from {raw_dir}, not from the repository")
        runs = plan(Selection(studies, years, langs, parameters))
        # Loaded late, so that a mistyped option is refused at once.
        from analysis.pipeline import batch
        from analysis.pipeline.executor import LocalExecutor

        if dry_run or explain:
            for name, why in batch.explain(runs, force).items():
                click.echo(f"{'run' if why else 'up to date':>10}  {name}")
                if explain:
                    for reason in why:
                        click.echo(f"{'':>12}{reason}")
            return
        well = batch.run_batch(runs, LocalExecutor(), batch.Options(jobs, force), Console())
    sys.exit(0 if well else 1)


@main.command()
@click.argument("export", type=click.Path(exists=True, path_type=Path))
@click.option("--study", required=True, help="Study whose codebook the export answers.")
@click.option("--year", required=True, type=int, help="Survey year.")
def check(export: Path, study: str, year: int) -> None:
    """Hold an EXPORT (folder or xlsx file) against the codebook and say what cleaning would do; change nothing.

    A wave.yaml beside the export is heeded; a run needs one. Exit status 0 means that the export can be used.
    """
    with _told():
        from analysis.ingest.check import check_export

        click.echo(check_export(export, study, year))


@main.command()
@click.option("--study", required=True, help="Study to reconstruct.")
@click.option("--year", required=True, type=int, help="Survey year; its wave.yaml must say basis: reconstructed.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Seed of the draw.")
def reconstruct(study: str, year: int, seed: int) -> None:
    """Write an export that agrees with the printed numbers of a wave into data/raw, and what they leave open."""
    with _told():
        from analysis.reconstruct import reconstruct as write_reconstruction

        click.echo(write_reconstruction(study, year, seed))


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--study", "studies", multiple=True, help="Study to audit; may be repeated. Default: all.")
@click.option("--lang", default=DEFAULT_LANG, show_default=True, type=click.Choice(LANGS), help="Language of the page.")
@click.option("--text", "report_text", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text of the report in FOLDER: each printed number is held against its line.",
)  # fmt: skip
@click.option("--output-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to write. Default: here.")
def audit(
    folder: Path | None, studies: tuple[str, ...], lang: Lang, report_text: Path | None, output_dir: Path | None
) -> None:
    """Audit what the reports print: findings.csv and a page for each.

    FOLDER is a report that is no study of this repository: a folder with codebook.yaml and published.csv. Its findings
    are written as findings.csv and findings.html. Exit status 0 means that the audit was made, whatever it found.
    """
    with _told():
        if folder is not None:
            if studies:
                raise AnalysisError("--study is for the repository's own reports. Leave it out where FOLDER is given.")
            from analysis.site.audit import audit_folder

            click.echo(audit_folder(folder, output_dir or Path(), lang, report_text))
            return
        if report_text is not None:
            raise AnalysisError("--text needs FOLDER. The tests hold the repository's own reports against their texts.")
        if output_dir is not None:
            os.environ[OUTPUT_VARIABLE] = str(output_dir.resolve())
        runs = plan(Selection(studies, langs=(lang,), notebooks=("07_audit",)))
        from analysis.pipeline import batch
        from analysis.pipeline.executor import LocalExecutor

        well = batch.run_batch(runs, LocalExecutor(), batch.Options(os.cpu_count() or 1, force=False), Console())
    sys.exit(0 if well else 1)


def _refuse_options_before(command: str, context: click.Context) -> None:
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"{', '.join(given)} before {command} has no effect. Give its options after {command}.")


@contextmanager
def _told() -> Iterator[None]:
    """Show an error that the user can mend as it is, without a traceback."""
    try:
        yield
    except AnalysisError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
