"""`rollout verify`: are logs whole and unaltered."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import RolloutError, UsageError
from ..journal.verdicts import ANCHORS_PROVE, CHAIN_PROVES, MEANINGS, SIGNATURES_PROVE, Verification
from ..runs.folder import FolderRuns
from ..runs.protocols import RunRef, Runs
from .options import add_folder, add_json, runs_of
from .output import explain, say, say_json, tell
from .progress import shown
from .verifying import add_verifier, code_of, files_of, tell_mistakes

_HEAD = re.compile(r"#?(\d{1,9})[: ]([0-9a-f]{4,64})")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Verify that logs are whole and unaltered, and that each entry follows from the run before it. "
        "Exit 6: torn, damaged, altered, or no log. Exit 7: whole, but an entry does not follow, or another signed it."
    )
    parser.add_argument("logs", metavar="LOG", nargs="+", help="a log's path, a folder of logs, or a run's id")
    parser.add_argument(
        "--expect-head", metavar="SEQ:HASH", type=_head, help="an event's number and hash, as a receipt has them"
    )
    parser.add_argument(
        "--fixed", action="store_true", help="exit 1 unless a signature of a listed key fixes all up to the last event"
    )
    add_verifier(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    runs = runs_of(arguments)
    refs = [ref for name in arguments.logs for ref in _refs(name, runs)]
    if not refs:
        raise UsageError(
            "No log is named, only what is kept beside one.", "Name the log: its evidence is verified too."
        )
    if arguments.expect_head and len(refs) > 1:
        raise UsageError("--expect-head is the head of one log.", "Name that log alone.")
    signers, authorities = files_of(arguments)
    verified: list[Verification] = []
    errors: list[RolloutError] = []
    for ref in shown(refs, "verifying"):
        try:
            verified.append(runs.verify(ref, arguments.expect_head, signers, authorities))
        except UsageError:
            raise
        except RolloutError as error:
            errors.append(error)
    codes = [explain(error) for error in errors]
    codes += [code_of(each) for each in verified]
    if arguments.fixed and not all(map(_is_fixed, verified)):
        codes.append(RolloutError.exit_code)
    tell_mistakes(verified)
    if arguments.json:
        say_json([_json(each) for each in verified])
    else:
        _print(verified)
    return max(codes, default=0)


def _is_fixed(found: Verification) -> bool:
    """Whether nothing stands behind what a signature fixes, where something could be changed unseen."""
    return found.head is not None and found.signatures is not None and found.signatures.fixed == found.head[0]


def _refs(name: str, runs: Runs) -> Iterator[RunRef]:
    path = Path(name)
    if _lies_beside_a_log(path):
        return
    if path.is_dir():
        found = FolderRuns(path).refs()
        if not found:
            raise UsageError(f"The folder {name} holds no log.", "Give the folder of runs, or a log.")
        yield from found
    elif path.suffix == ".toml" or os.path.lexists(path):
        yield RunRef(path.stem, str(path))
    else:
        yield runs.find(name)


def _lies_beside_a_log(path: Path) -> bool:
    """Whether this is what is kept beside a log, as a shell's `runs/*` names it too: evidence, or an end cut off."""
    log = path.with_suffix(".toml") if path.suffix == ".evidence" else path.with_name(path.name.partition(".torn-")[0])
    return log != path and log.suffix == ".toml" and log.is_file()


def _head(text: str) -> tuple[int, str]:
    match = _HEAD.fullmatch(text.strip())
    if match is None:
        hint = "Give an event's number, a colon and at least 4 digits of its hash, such as 27:7f3a91c2."
        raise UsageError(f"{text!r} is not the head of a log.", hint)
    return int(match[1]), match[2]


def _print(verified: list[Verification]) -> None:
    for each in verified:
        head = f"  (head #{each.head[0]} {each.head[1][:12]})" if each.head else ""
        say(f"{each.place}: {each.words}{head}")
        for entry in each.not_following:
            where = f"#{entry.seq} {entry.kind}" if entry.seq else "the header"
            say(f"{each.place}: {where} records: {entry.recorded}")
            say(f"{each.place}: {where}: {entry.allowed}")
        if each.unjudged_from is not None:
            say(f"{each.place}: not judged from event {each.unjudged_from} on: it is of a later version")
        if each.signatures:
            from ..report.signed import signature_lines

            for line in signature_lines(each.signatures):
                say(f"{each.place}: {line}")
        for problem in each.evidence:
            say(f"{each.place}: evidence {problem.what}: {problem.name} of event {problem.seq} ({problem.sha256[:12]})")
        if each.anchors:
            from ..report.anchored import anchor_lines

            for line in anchor_lines(each.anchors):
                say(f"{each.place}: {line}")
    for verdict in dict.fromkeys(each.verdict for each in verified):
        tell(f"{verdict}: {MEANINGS[verdict]}")
    if any(each.holds for each in verified):
        tell(CHAIN_PROVES)
    if any(each.signatures and each.signatures.rows for each in verified):
        tell(SIGNATURES_PROVE)
    if any(each.anchors and each.anchors.rows for each in verified):
        tell(ANCHORS_PROVE)
    rules = {each.rules for each in verified if each.rules is not None}
    if rules:
        which = ", ".join(map(str, sorted(rules)))
        tell(
            f"Each entry was decided again by the rules that its log names (number {which}); a forger can claim older."
        )


def _json(each: Verification) -> dict[str, Any]:
    return {
        "path": each.place,
        "verdict": each.verdict,
        "holds": each.holds,
        "words": each.words,
        "meaning": each.meaning,
        "run": each.run,
        "events": each.events,
        "head": {"event": each.head[0], "hash": each.head[1]} if each.head else None,
        "closed": each.closed,
        "damaged_event": each.damaged_event,
        "damaged_byte": each.damaged_byte,
        "layer": each.layer,
        "expected_head": each.expected,
        "rules": each.rules,
        "does_not_follow": [
            {"event": entry.seq, "kind": entry.kind, "recorded": entry.recorded, "allowed": entry.allowed}
            for entry in each.not_following
        ],
        "not_judged_from": each.unjudged_from,
        "signatures": _signatures(each),
        "evidence": [
            {"event": problem.seq, "name": problem.name, "sha256": problem.sha256, "what": problem.what}
            for problem in each.evidence
        ],
        "anchors": _anchors(each),
    }


def _signatures(each: Verification) -> dict[str, Any] | None:
    if each.signatures is None:
        return None
    from ..report.signed import signatures_object

    return signatures_object(each.signatures)


def _anchors(each: Verification) -> dict[str, Any] | None:
    if each.anchors is None:
        return None
    from ..report.anchored import anchors_object

    return anchors_object(each.anchors)
