"""`oms notify`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, many, single

app = single()


@command(app, examples=("oms notify", "oms notify --preview SH-1058", "oms notify --send"))
def notify(
    desk: Desk,
    orders: Annotated[list[str] | None, typer.Argument(metavar="ORDER", help="Only these orders; none: whatever is due.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Deliver by the mail server of rules.yaml.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Show the mails that are due; write nothing.")] = False,
) -> None:
    """Write the mails that are due into outbox/, each once: what left, what comes later than promised, what waits, returns and refunds.

    `notify.events` in rules.yaml says which events are off, and which are delivered at once. Channels with `notify: false` are left out; Amazon is, unless rules.yaml says otherwise.
    """
    from omscli.workflows.notifying import notify
    from omscli.workflows.orders import find_order

    with desk.store() as store:
        only = [find_order(store, word) for word in orders] if orders else None
        told = notify(desk.home, store, only, send=send, yes=desk.yes, dry_run=desk.dry_run or preview)
    screen = desk.screen
    if screen.json:
        mails = [{"subject": one.subject, "text": one.text} for one in told.previews] if preview else []
        screen.document("oms.notify/1", {"dry_run": desk.dry_run or preview, **told.as_json(), **({"previews": mails} if preview else {})})
    else:
        for one in told.previews if preview else ():
            screen.heading(one.subject)
            for line in one.text.split("\n"):
                screen.line(line)
        for _, _, path in told.written:
            if path:
                screen.line(path)
        for order, reason in told.failed:
            screen.warn(f"{order}: {reason}")
        if desk.verbose:
            for event, order, reason in told.suppressed:
                screen.say(f"{order}: no mail ({event}): {reason}")
        written = f"{many(len(told.written), 'mail')} {'would be written' if desk.dry_run or preview else 'written'}"
        if told.quiet and not (desk.dry_run or preview):
            screen.say("quiet hours: nothing is sent now; the mails wait in outbox/")
        screen.say(
            f"{written}, {told.sent} sent, {len(told.suppressed)} left out"
            + (" (-v says why)" if told.suppressed and not desk.verbose else "")
        )
    desk.leave(attention=bool(told.failed))
