"""Taking back what others were told: that files were uploaded, and what a channel calls a product."""

from __future__ import annotations

from omscli.base.text import fold
from omscli.store.open import Run
from omscli.workflows.taking_back import Case, Plan


def uploaded_plan(case: Case) -> Plan:
    """The files wait again, and their channel knows what it knew before."""
    store = case.store
    files = store.reversals.files(int(one) for one in store.runs.kept(case.run, "uploaded"))
    for file in files:
        newer = store.reversals.newer_file(file)
        if newer is not None:
            raise case.refuse(
                f"a newer {file['kind']} file of {file['subject']} was made from it by run {newer}",
                f"tell the channel everything once more: oms sync {file['subject']} --all",
            )
    told = store.runs.kept(case.run, "told")
    now = {file["subject"]: store.files_out.told(file["subject"]) for file in files}
    said = {(file["subject"], *key): units for file in files for key, units in store.files_out.stock_in(file["id"]).items()}

    def act(run: Run) -> None:
        del run
        for file in files:
            store.reversals.not_uploaded(file["id"])
        for subject, before in told.items():
            channel, place, sku = subject.split("\n")
            if now[channel].get((place, sku)) == said.get((channel, place, sku)):  # else its own list has said otherwise since
                store.reversals.untell(channel, place, sku, before)

    return Plan(act, [f"{file['path']} waits to be uploaded again" for file in files])


def alias_plan(case: Case) -> Plan:
    """The name means what it meant before, as long as no order was read by it."""
    store = case.store
    ((subject, before),) = store.runs.kept(case.run, "alias").items()
    channel, _, key = subject.partition("\n")
    later = store.runs.later_change("alias", [subject], case.run)
    if later is not None:
        raise case.blocked_by("the same name", later[1])
    now = store.catalog.alias_of(channel, key)
    lines = store.reversals.lines_of_product(now["product_id"]) if now else []
    used = next((ref for ref, where, sku in lines if fold(sku) == key and channel in ("", where)), None)
    if used is not None:
        raise case.refuse(f"order {used} is read by it", "teach the right one, it replaces this one: oms product alias SKU NAME")
    word = "means what it meant before" if before else "means nothing any more"

    def act(run: Run) -> None:
        del run
        store.reversals.put_alias(channel, key, before)

    return Plan(act, [f"the name {now['alias'] if now else key} {word}"])
