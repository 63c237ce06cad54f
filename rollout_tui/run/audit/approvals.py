"""Findings on approvals: who agreed where two people were asked, and whether they may be one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...people import TOLD_APART, is_owner, same_key, same_login, same_name, same_person
from .. import events as ev
from ..events import Entry
from ..stages import Item, ItemKind, StageKind, StageSequence
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, title_of


def approvals(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Where two were asked: approvals that are notes, two that may be one person's, and those by the item's owner."""
    given: dict[str, list[Entry]] = {}
    for entry in entries:
        sequence = run.sequence_at(entry.seq)
        match entry.event:
            case ev.ItemRevoked(item=name) | ev.ItemFailed(item=name) | ev.ItemWaived(item=name):
                given[name] = [each for each in given.get(name, []) if isinstance(each.event, ev.GatePromoted)]
                continue
            case ev.PhaseReduced(to=to):
                _forget(sequence, to, given)
                continue
            case ev.PlanRedlined(voided=voided):
                for name in voided:
                    given.pop(name, None)
                continue
            case _:
                pass
        approval = run.approvals.get(entry.seq)
        if approval is None:
            continue
        if approval.note:
            what = f"{entry.stamp.by}'s approval of {title_of(sequence, approval.item)} is a note, as it is "
            yield about(entry, Kind.UNSIGNED, Severity.NOTE, what + approval.note)
            continue
        given.setdefault(approval.item, []).append(entry)
        item = sequence.items[approval.item]
        by_two = item.kind in {ItemKind.APPROVAL, ItemKind.START}
        yield from _judge(run, item, given[approval.item], asked=2 if by_two else item.approvals)


def _judge(run: Run, item: Item, given: list[Entry], asked: int) -> Iterator[AuditFinding]:
    newest = given[-1]
    if asked < 2:
        return
    # A step that names no owner has the plan's: that says nothing of who did it.
    owner = item.step.owner if item.step else item.owner
    if owner and is_owner(newest.stamp.by, owner):
        text = f"{newest.stamp.by} approved an item of their own, where {asked} approvals were asked: {item.title}"
        yield about(newest, Kind.OWN_ITEM, Severity.NOTE, text)
    identity = run.identity_at(newest.seq)
    others = [each for each in given[:-1] if not same_person(each.actor, newest.actor, identity)]
    for kind, is_alike in _ALIKE.items():
        same = [each for each in others if is_alike(each.actor, newest.actor)]
        if not same:
            continue
        first = same[-1]
        origins = " and ".join(dict.fromkeys((first.stamp.origin, newest.stamp.origin)))
        how = {
            Kind.ONE_LOGIN: f"from one login ({origins})",
            Kind.ONE_NAME: f"by one name ({origins})",
            Kind.ONE_KEY: f"with one key ({newest.actor.key})",
        }[kind]
        who = f"{first.stamp.by} (#{first.seq}) and {newest.stamp.by} (#{newest.seq})"
        text = f"{who} approved {item.title.removesuffix(' approved')} {how}, where {asked} people were asked"
        if identity.proves:
            text += f", and {TOLD_APART[identity.rule]} tell them apart"
        is_serious = kind is Kind.ONE_KEY or not identity.proves
        yield about(newest, kind, Severity.SERIOUS if is_serious else Severity.WARNING, text)


_ALIKE = {
    Kind.ONE_LOGIN: same_login,
    Kind.ONE_NAME: same_name,
    Kind.ONE_KEY: same_key,
}


def _forget(sequence: StageSequence, to: str, given: dict[str, list[Entry]]) -> None:
    """A reduction opens again what its phases had, but not their migration steps."""
    for stage in sequence.stages[sequence.index[to] :]:
        if stage.kind in {StageKind.PHASE, StageKind.POST_DEPLOYMENT}:
            for item in stage.items:
                if item.step is None:
                    given.pop(item.id, None)


FINDINGS = (approvals,)
