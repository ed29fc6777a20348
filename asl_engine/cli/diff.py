"""`asl diff`: what a revision does differently."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from asl_engine.cli import FINDINGS, options
from asl_engine.cli.diff_emit import Side, emitted
from asl_engine.cli.revision_files import RevisionFile, chain_of, load_revision, scenarios_about, scenarios_in, two_of
from asl_engine.cli.terminal import Progress, painter
from asl_engine.errors import AslError
from asl_engine.harness.baseline import Judged, judged, read_baseline, write_baseline
from asl_engine.harness.executors import in_processes, processors, serially
from asl_engine.harness.explore import ExploreBounds
from asl_engine.harness.revisions import diff
from asl_engine.render import diff as as_text
from asl_engine.render import diff_review
from asl_engine.render.text import plain
from asl_engine.values import Json
from asl_engine.views.revisions import FORMAT_VERSION, BehaviourDiff

ERROR = 1
DIFFERS = 2
"""With --detailed-exitcode, as terraform has it."""
DETAILED = "--detailed-exitcode"
BOUNDS = ExploreBounds()


class _Unworkable(click.UsageError):
    """What cannot work, where 2 means something else."""

    exit_code = ERROR


class _Diff(click.Command):
    """With --detailed-exitcode 2 is no error: what cannot work, usage included, is 1 then."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        detailed = DETAILED in args
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if not detailed:
                raise
            raise _Unworkable(error.format_message(), error.ctx) from None

    def invoke(self, context: click.Context) -> Any:
        if not context.params["detailed_exitcode"]:
            return super().invoke(context)
        try:
            return super().invoke(context)
        except click.UsageError as error:
            raise _Unworkable(error.format_message(), error.ctx or context) from None
        except AslError as error:
            click.echo(f"{error.code}: {error}", err=True)
            context.exit(ERROR)


def _workers(context: click.Context, option: click.Parameter, text: str) -> int:
    if text == "auto":
        return processors()
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise click.BadParameter(f'{text!r} is no number of processes; write a number, or "auto" for the processors there are')


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options, by the names of their parameters."""

    scenarios: tuple[str, ...]
    no_scenarios: bool
    no_explore: bool
    placeholders: str | None
    type_: str
    format_: str
    emit: str | None
    emit_expects: Side
    output: str | None
    baseline: str | None
    update_baseline: bool
    detailed_exitcode: bool
    workers: int
    seed: int | None
    max_runs: int
    max_troubles: int
    max_visits: int
    max_events: int
    max_witnesses: int

    @property
    def bounds(self) -> ExploreBounds:
        return ExploreBounds(self.max_runs, self.max_troubles, self.max_visits, self.max_events, self.max_witnesses)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two revisions and what came of it."""

    old: RevisionFile
    new: RevisionFile
    diff: BehaviourDiff


@click.command("diff", cls=_Diff)
@click.argument("revisions", metavar="OLD [NEW]", nargs=-1, required=True)
@click.option("--chain", is_flag=True, help="Compare each of several revisions with the next; of a folder: its definitions, r2 before r10.")
@click.option("--scenarios", metavar="PATH", multiple=True, help="Scenario files or folders to play on both. Default: the project's that are about either.")
@click.option("--no-scenarios", is_flag=True, help="Play no scenarios.")
@click.option("--no-explore", is_flag=True, help="Explore nothing beyond the scenarios.")
@click.option("--max-runs", type=click.IntRange(1, 1_000_000), default=BOUNDS.max_runs, show_default=True, help="Explored stories, each told by both.")
@click.option("--max-troubles", type=click.IntRange(1, 10), default=BOUNDS.max_troubles, show_default=True, help="Things that go otherwise in one story.")
@click.option("--max-visits", type=click.IntRange(1, 100), default=BOUNDS.max_visits, show_default=True, help="Visits of one state with answers of their own.")
@click.option("--max-events", type=click.IntRange(10, 25_000), default=BOUNDS.max_events, show_default=True, help="Events of an explored run.")
@click.option("--max-witnesses", type=click.IntRange(1, 1000), default=BOUNDS.max_witnesses, show_default=True, help="Differences of explored runs.")
@click.option("--seed", type=click.IntRange(min=0), help="Where every random draw comes from, instead of the scenarios' own seeds.")
@click.option("-n", "workers", metavar="N|auto", default="1", callback=_workers, show_default=True, help="Processes to run in.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown", "github"]), default="text", show_default=True, help="How it is printed.")
@click.option("-o", "--output", metavar="FILE", help="Where it is written, instead of being printed.")
@click.option("--emit", metavar="DIR", help="Save each difference that exploration found as a scenario file.")
@click.option("--emit-expects", type=click.Choice(["old", "new"]), default="new", show_default=True, help="Whose behaviour those files expect.")
@click.option("--baseline", metavar="FILE", help="Differences that were accepted: only others are shown, and they fail.")
@click.option("--update-baseline", is_flag=True, help="Accept everything: write the --baseline FILE.")
@click.option(DETAILED, is_flag=True, help="Exit code 0: nothing differs. 1: it cannot work. 2: something differs.")
@options.placeholders
@options.machine_type
@click.pass_context
def command(context: click.Context, /, revisions: tuple[str, ...], chain: bool, **given: Any) -> None:
    """Tell what NEW does differently from OLD: in its definition, in scenarios, and in what can be explored beyond them.

    OLD and NEW are files, or files as git has them: main:order.asl.json, HEAD~3:order.asl.json, :order.asl.json (as
    staged). With one argument, a file is compared with HEAD's, and a revision with the file as it stands. What AWS would
    refuse is compared all the same.

    Exit code 0, whether or not something differs. 2: it cannot work. With --baseline 1: something differs that was not
    accepted. With --detailed-exitcode 0: nothing differs; 1: it cannot work; 2: something differs (or was not accepted).
    """
    asked = _Asked(**given)
    _check_usage(revisions, chain, asked)
    pairs = chain_of(revisions) if chain else [two_of(revisions)]
    values = options.read_placeholders(asked.placeholders)
    found = [_compared(old, new, values, asked) for old, new in pairs]
    verdict = _against_baseline(found[0], asked)
    if verdict is not None:
        found = [_Compared(found[0].old, found[0].new, verdict.unaccepted)]
    _show(found, asked, verdict, chain)
    for each in found if asked.emit is not None else ():
        for line in emitted(each.diff, (each.old, each.new), Path(str(asked.emit)), asked.emit_expects, asked.placeholders, asked.type_):
            click.echo(line, err=asked.format_ != "text" or asked.output is not None)
    _exit(context, found, verdict, asked)


def _check_usage(revisions: tuple[str, ...], chain: bool, asked: _Asked) -> None:
    if not chain and len(revisions) > 2:
        raise click.UsageError(f"two revisions are compared, not {len(revisions)}; --chain compares each with the next")
    if asked.no_scenarios and asked.scenarios:
        raise click.UsageError("--scenarios and --no-scenarios exclude each other")
    if asked.update_baseline and asked.baseline is None:
        raise click.UsageError("--update-baseline needs to know the file: --baseline FILE")
    if chain and asked.baseline is not None:
        raise click.UsageError("--baseline is about two revisions, not about a chain")


def _compared(old: RevisionFile, new: RevisionFile, values: Mapping[str, Json] | None, asked: _Asked) -> _Compared:
    before, after = (load_revision(file, placeholders=values, type=asked.type_) for file in (old, new))
    scenarios = [] if asked.no_scenarios else scenarios_in(asked.scenarios) if asked.scenarios else scenarios_about([old, new])
    progress = Progress(old.label, new.label)
    execute = in_processes(asked.workers) if asked.workers > 1 else serially
    bounds = None if asked.no_explore else asked.bounds
    found = diff(before, after, scenarios, explore=bounds, seed=asked.seed, execute=execute, progress=progress.explored)
    progress.done()
    return _Compared(old, new, found)


def _against_baseline(found: _Compared, asked: _Asked) -> Judged | None:
    if asked.baseline is None:
        return None
    file = Path(asked.baseline)
    if asked.update_baseline:
        count = write_baseline(file, found.diff)
        click.echo(f"wrote {file}: {count} {'difference' if count == 1 else 'differences'} accepted", err=True)
    return judged(found.diff, read_baseline(file))


def _show(found: Sequence[_Compared], asked: _Asked, verdict: Judged | None, chain: bool) -> None:
    text = _printed(found, asked, verdict, chain)
    if asked.output is not None:
        _write(Path(asked.output), text + "\n" * bool(text), "w")
    elif text:
        click.echo(text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if asked.format_ == "github" and summary:
        _write(Path(summary), _markdown(found, chain) + "\n", "a")
    for stale in verdict.stale if verdict is not None else ():
        click.echo(f"{asked.baseline}: no longer occurs: {stale}", err=True)


def _printed(found: Sequence[_Compared], asked: _Asked, verdict: Judged | None, chain: bool) -> str:
    """Without a final line break."""
    match asked.format_:
        case "json":
            documents = [each.diff.to_json() for each in found]
            return json.dumps({"format_version": FORMAT_VERSION, "comparisons": documents} if chain else documents[0], ensure_ascii=False, indent=2)
        case "markdown":
            return _markdown(found, chain)
        case "github":
            told = [diff_review.github(each.diff, each.new.path.as_posix()) for each in found]
            return "".join(told).removesuffix("\n")
        case _:
            paint = painter() if asked.output is None else plain
            accepted = len(verdict.accepted) if verdict is not None else 0
            text = as_text.chain([each.diff for each in found], paint) if chain else as_text.text(found[0].diff, paint, accepted=accepted)
            return text if verdict is None else f"{text}\n{_accepted(verdict, asked)}"


def _accepted(verdict: Judged, asked: _Asked) -> str:
    count = len(verdict.accepted)
    told = f"{count} {'difference' if count == 1 else 'differences'} accepted in {asked.baseline}"
    return told if verdict.passed else f"{told}; what is shown above was not: --update-baseline accepts it"


def _markdown(found: Sequence[_Compared], chain: bool) -> str:
    return diff_review.markdown_chain([each.diff for each in found]) if chain else diff_review.markdown(found[0].diff)


def _write(file: Path, text: str, mode: str) -> None:
    try:
        with file.open(mode, encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise click.UsageError(f"{file}: the differences cannot be written: {error.strerror}") from None


def _exit(context: click.Context, found: Sequence[_Compared], verdict: Judged | None, asked: _Asked) -> None:
    differs = any(each.diff.differs for each in found) if verdict is None else not verdict.passed
    if asked.detailed_exitcode and differs:
        context.exit(DIFFERS)
    if verdict is not None and differs:
        context.exit(FINDINGS)
