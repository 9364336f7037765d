"""`t12 mocks`: which mocks no longer tell the truth about production."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import click

from bot.cli.context import Command, command, print_json
from core.clock import utc_now
from core.errors import UsageError
from core.mocks.answer import CACHE, answer_mocks, audit_folder, audit_since
from core.mocks.as_json import audit_to_json, audit_to_sarif, github_annotations
from core.mocks.audit import Progress
from core.mocks.model import Severity
from core.mocks.policy import failing, write_baseline
from core.mocks.report import MocksReport
from core.mocks.rules.explanation import explain_rule, explanations, is_rule_code
from core.settings import MockSettings

_FORMS = ["table", "json", "sarif", "github"]


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--component", metavar="NAME", help="Only this production class.")
@click.option("--since", metavar="REVISION", help="Only what was not there at this Git revision: what a change breaks.")
@click.option(
    "--site-packages", type=click.Path(path_type=Path), help="Read installed packages here; none is imported."
)
@click.option("--baseline", type=click.Path(path_type=Path), help="File of known findings, which are left out.")
@click.option("--no-cache", is_flag=True, help="Read everything anew, and keep nothing in .t12/mocks.")
@click.option("--write-baseline", is_flag=True, help="Keep today's findings in the baseline, and report none.")
@click.option("--fail-on", type=click.Choice([each.value for each in Severity]), help="Exit 1 from this severity on.")
@click.option("--explain", metavar="RULE", help="The page on a rule, such as M002: what, why, and how to mend it.")
@click.option(
    "--format", "form", type=click.Choice(_FORMS), default="table", help="For people, programs, scanners, CI."
)
@command
async def mocks(
    self: Command,
    *,
    path: Path | None,
    component: str | None,
    since: str | None,
    site_packages: Path | None,
    baseline: Path | None,
    no_cache: bool,
    write_baseline: bool,
    fail_on: str | None,
    explain: str | None,
    form: str,
) -> None:
    """Which mocks contradict production, per component and line, without importing or running any code.

    PATH is the project's folder; without it the configured one is audited, compared with the audit before, and kept.
    The code of a rule in its place explains the rule.
    Exits 0 when no finding is of the failing severity, 1 when one is, 2 for wrong usage.
    """
    code = explain or _code_in_its_place(path)
    if code is not None:
        _explain(self, code)
        return
    settings = _given(self.settings.audited, site_packages, baseline, fail_on)
    report = await _audited(self, settings, path, since, None if no_cache else CACHE)
    if write_baseline:
        _keep(settings, report)
        return
    shown = report.about(component) if component else report
    _print(self, shown, form)
    if failing(shown.audit.findings, Severity(settings.fail_on)):
        sys.exit(1)


def _given(
    settings: MockSettings, site_packages: Path | None, baseline: Path | None, fail_on: str | None
) -> MockSettings:
    changes = {"site_packages": site_packages, "baseline": baseline, "fail_on": fail_on}
    return settings.model_copy(update={name: value for name, value in changes.items() if value is not None})


async def _audited(
    self: Command, settings: MockSettings, path: Path | None, since: str | None, cache: Path | None
) -> MocksReport:
    root = path or settings.project
    if root is None:
        raise UsageError("name the project's folder: `t12 mocks PATH`, or set mocks.project in t12.toml")
    with _progress() as progress:
        if since is not None:
            return audit_since(root, since, settings, utc_now(), progress, cache)
        if path is None:
            async with self.store() as store:
                return await answer_mocks(store, settings, utc_now(), progress, cache)
        return audit_folder(root, settings, utc_now(), progress, cache)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error while it takes long; none where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - needed on a terminal alone
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading tests", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _code_in_its_place(path: Path | None) -> str | None:
    return str(path) if path is not None and is_rule_code(str(path)) and not path.exists() else None


def _explain(self: Command, code: str) -> None:
    """Laid out for people, as it is written where it is piped."""
    explanation = explain_rule(code)
    if not sys.stdout.isatty():
        click.echo(explanation.page, nl=False)
        return
    from bot import terminal  # noqa: PLC0415 - Rich is needed on a terminal alone

    terminal.show("rule", explanation, self.settings.zone)


def _keep(settings: MockSettings, report: MocksReport) -> None:
    if settings.baseline is None:
        raise UsageError("say where: --baseline FILE, or mocks.baseline in t12.toml")
    everything = [*report.audit.findings, *report.judged.known]
    count = write_baseline(settings.baseline, everything)
    click.echo(f"{settings.baseline} keeps {count} known findings; from now on only new ones are reported")


def _print(self: Command, report: MocksReport, form: str) -> None:
    if form == "json":
        print_json(audit_to_json(report.audit))
    elif form == "sarif":
        print_json(audit_to_sarif(report.audit, explanations(), version("t12")))
    elif form == "github":
        for line in github_annotations(report.told):
            click.echo(line)
    else:
        from bot import terminal  # noqa: PLC0415 - Rich is not needed for the others

        terminal.show("mocks", report, self.settings.zone)
