"""Taking back what scale and tape measure said of parcels that are still here, and what the catalogue learned from it."""

from __future__ import annotations

from omscli.store.open import Run
from omscli.workflows.taking_back import Case, Plan


def pack_plan(case: Case) -> Plan:
    """The parcel is as it was planned; a product forgets what was learned, unless somebody has told otherwise since."""
    store = case.store
    parcels = store.runs.kept(case.run, "packed")
    later = store.runs.later_change("packed", parcels, case.run)
    if later is not None:
        raise case.blocked_by("the same parcel", later[1])
    of = store.shipments.of_parcels(int(one) for one in parcels)
    for one in store.shipments.by_id(of.values()):
        if one["state"] not in ("released", "packed"):
            raise case.refuse(f"S-{one['id']} is {one['state']} already", f"if it has not left: oms shipment reopen S-{one['id']}")
    states = store.runs.kept(case.run, "shipment")
    learned = store.runs.kept(case.run, "product")

    def act(run: Run) -> None:
        del run
        for parcel, before in parcels.items():
            store.shipments.put_packed(int(parcel), before or {})
        for shipment, before in states.items():
            store.shipments.set_state(int(shipment), (before or {})["state"])
        for subject, before in learned.items():
            sku = subject.partition("\n")[0]
            was = dict(before or {})
            told = was.pop("told")
            now = store.catalog.known([sku]).get(sku)
            if now is not None and all(now[name] == value for name, value in told.items()):
                store.catalog.measure(sku, was)

    does = [f"a parcel of S-{of[int(parcel)]} is as it was planned" for parcel in parcels]
    skus = dict.fromkeys(subject.partition("\n")[0] for subject in learned)
    return Plan(act, [*does, *(f"{sku} is as unknown as before" for sku in skus)])
