"""Other rules with their consequences: what they took is gone in the next run, and what they left is still there. Pure.

The facts of each run are those of reality, corrected by the difference between what reality put on its pick lists and what the
other rules would have. Where both did the same there is no difference, and the facts stay as they were. What is assumed:

- A simulated shipment goes on a pick list when one of the real order did. Where the real order waited, it goes on the next list of its
  place.
- An order that really left and waits in the simulation stays open until it is filled; levels of goods that nobody else asks for
  later are those last seen.
- Units set aside for somebody are those of reality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from omscli.routing.facts import Demand, Facts, OpenOrder, Product, Standing
from omscli.routing.plan import OrderPlan, Plan, PlannedShipment

Released = tuple[int, int, str, str | None, int, int]  # order, order line, place, day, units, shipment
_Key = tuple[str, tuple[tuple[int, int], ...]]  # place, (order line, units)


@dataclass(slots=True)
class Rolling:
    """What would be otherwise by now."""

    before: dict[int, OrderPlan] = field(default_factory=dict)  # order -> what reality has planned and not released
    after: dict[int, OrderPlan] = field(default_factory=dict)
    left_before: dict[int, list[PlannedShipment]] = field(default_factory=dict)  # order -> what is on pick lists
    left_after: dict[int, list[PlannedShipment]] = field(default_factory=dict)
    refs: dict[int, tuple[str, int]] = field(default_factory=dict)  # order -> (its id, the run that decided about it last)
    _free: dict[tuple[str, int], int] = field(default_factory=dict)  # (place, product) -> units that lie there more
    _used: dict[tuple[str, date], int] = field(default_factory=dict)  # (place, day) -> shipments that stand there more
    _owed: dict[int, int] = field(default_factory=dict)  # order line -> units that are open more
    _promised: dict[int, date | None] = field(default_factory=dict)
    _heads: dict[int, OpenOrder] = field(default_factory=dict)
    _lines: dict[int, tuple[int, Demand]] = field(default_factory=dict)  # order line -> (order, as it was seen last)
    _products: dict[int, Product] = field(default_factory=dict)
    _levels: dict[tuple[str, int], int] = field(default_factory=dict)

    # -- before a run is decided

    def correct(self, facts: Facts, *, whole: bool) -> None:
        """Turn the facts of reality into those of the simulation. `whole`: the run decided about every open order."""
        scope = {order.id for order in facts.orders}
        if whole:
            self._forget_vanished(scope)
        self._remember(facts)
        for (place, product), units in self._free.items():
            shelf = facts.free.setdefault(place, {})
            shelf[product] = shelf.get(product, 0) + units
        for (place, day), count in self._used.items():
            days = facts.used.setdefault(place, {})
            days[day] = days.get(day, 0) + count
        for number in sorted({*self.before, *self.after} - scope):
            self._stand_in(facts, number)
        for number in scope & self.after.keys():
            self._stands(facts, number)
        more = self._open_here()
        orders = [order for order in facts.orders if self._corrected(order, more.get(order.id, ()))]
        if whole:
            orders += [self._carried(number, lines) for number, lines in sorted(more.items()) if number not in scope]
        for order in orders:
            if order.id in self._promised:
                order.promised = self._promised[order.id]
        facts.orders = orders

    def _stands(self, facts: Facts, number: int) -> None:
        """What an order has planned is what the simulation planned, where that is something else."""
        first, second = self.before.get(number), self.after[number]
        if first is not None and sorted(map(_key, first.shipments)) != sorted(map(_key, second.shipments)):
            facts.standing[number] = [Standing(one.location, one.ship_on, _key(one)[1]) for one in second.shipments]

    def _forget_vanished(self, scope: set[int]) -> None:
        """Orders that were cancelled, or have nothing open any more."""
        open_still = {self._lines[line][0] for line, units in self._owed.items() if units > 0}
        for number in [one for one in self.before if one not in scope]:
            del self.before[number]
        for number in [one for one in self.after if one not in scope and one not in open_still]:
            del self.after[number]

    def _remember(self, facts: Facts) -> None:
        missing = {line.product for line_id, units in self._owed.items() if units > 0 for line in (self._lines[line_id][1],)}
        missing |= {part for one in missing for part, _ in self._products[one].components}
        for place, shelf in facts.free.items():
            for product in facts.products:
                self._levels[place, product] = shelf.get(product, 0)
        for (place, product), units in self._levels.items():
            if product in missing and product not in facts.products:
                facts.free.setdefault(place, {})[product] = units
        self._products.update(facts.products)
        facts.products = {**{one: self._products[one] for one in sorted(missing)}, **facts.products}
        for order in facts.orders:
            self._heads[order.id] = order
            for line in order.lines:
                self._lines[line.line] = (order.id, line)

    def _stand_in(self, facts: Facts, number: int) -> None:
        """An order that is not decided now has its planned units elsewhere than in reality."""
        for plans, sign in ((self.before, 1), (self.after, -1)):
            for one in plans[number].shipments if number in plans else ():
                shelf = facts.free.setdefault(one.location, {})
                for product, units in _units(one).items():
                    shelf[product] = shelf.get(product, 0) + sign * units
                if one.ship_on is not None:
                    days = facts.used.setdefault(one.location, {})
                    days[one.ship_on] = days.get(one.ship_on, 0) - sign

    def _open_here(self) -> dict[int, list[Demand]]:
        """By order the lines that are open here and closed in reality, in whole or in part, with the units that are."""
        found: dict[int, list[Demand]] = {}
        for line, units in self._owed.items():
            owner, demand = self._lines[line]
            if units > 0:
                found.setdefault(owner, []).append(replace(demand, quantity=units))
        return found

    def _corrected(self, order: OpenOrder, more: Sequence[Demand]) -> bool:
        """Give an order the units that are open here. False where nothing is."""
        known = {line.line for line in order.lines}
        lines = [
            replace(one, quantity=one.quantity + self._owed.get(one.line, 0)) if one.line in self._owed else one for one in order.lines
        ]
        order.lines = [one for one in (*lines, *(one for one in more if one.line not in known)) if one.quantity > 0]
        return bool(order.lines or order.held)

    def _carried(self, number: int, lines: list[Demand]) -> OpenOrder:
        """An order that has really left, and of which something waits here."""
        return replace(self._heads[number], lines=lines, held=(), holds=())

    # -- after it was decided

    def decided(self, run: int, before: Plan, after: Plan) -> None:
        """The plans of one run, of reality and of the simulation."""
        for plans, made in ((self.before, before), (self.after, after)):
            for order in made.orders:
                plans[order.order] = order
                self.refs[order.order] = (order.ref, run)
        both = {order.order for order in before.orders}
        for gone in both - {order.order for order in after.orders}:
            self.after.pop(gone, None)
        for number in both:
            self._promise(number)

    def _promise(self, number: int) -> None:
        """The first date that a customer is told, where it is another one."""
        first, second = self.before.get(number), self.after.get(number)
        if number in self._promised or self._heads[number].promised is not None or not second:
            return
        if _arrival(second) != (_arrival(first) if first else None):
            self._promised[number] = _arrival(second)

    # -- between two runs

    def released(self, rows: Iterable[Released]) -> None:
        """What reality put on pick lists; the simulation does the same with what it has planned."""
        by_order: dict[int, dict[int, tuple[str, str | None, dict[int, int]]]] = {}
        places = set()
        for number, line, place, day, units, shipment in rows:
            _, _, lines = by_order.setdefault(number, {}).setdefault(shipment, (place, day, {}))
            lines[line] = lines.get(line, 0) + units
            places.add(place)
        for number, shipments in by_order.items():
            self._leave(number, list(shipments.values()))
        for number, plan in list(self.after.items()):
            waits = number not in by_order and not (number in self.before and self.before[number].shipments)
            if waits:
                gone = [one for one in plan.shipments if one.location in places]
                self._leave_after(number, gone)

    def _leave(self, number: int, real: list[tuple[str, str | None, dict[int, int]]]) -> None:
        first, second = self.before.get(number), self.after.get(number)
        gone: list[PlannedShipment] = []
        matched: list[PlannedShipment] = []
        for place, day, lines in real:
            key = (place, tuple(sorted(lines.items())))
            one = _find(first, key, matched)
            if one is None:
                continue  # planned by a run whose facts are not kept: it is in neither world
            matched.append(one)
            same = _find(second, key, gone)
            self.left_before.setdefault(number, []).append(one)
            if same is not None:
                gone.append(same)
                self.left_after.setdefault(number, []).append(same)
                self._move(same, one.ship_on)
            else:
                self._real_only(one, day)
        stays = {_key(one) for one in first.shipments if all(one is not other for other in matched)} if first else set()
        if first:
            self.before[number] = replace(first, shipments=[one for one in first.shipments if all(one is not other for other in matched)])
        if second:
            rest = [one for one in second.shipments if all(one is not other for other in gone)]
            self.after[number] = replace(second, shipments=rest)
            if matched:
                self._leave_after(number, [one for one in rest if _key(one) not in stays])

    def _leave_after(self, number: int, gone: list[PlannedShipment]) -> None:
        """Shipments that leave in the simulation only."""
        for one in gone:
            self.left_after.setdefault(number, []).append(one)
            for product, units in _units(one).items():
                self._free[one.location, product] = self._free.get((one.location, product), 0) - units
            if one.ship_on is not None:
                self._used[one.location, one.ship_on] = self._used.get((one.location, one.ship_on), 0) + 1
            for line in one.lines:
                self._owed[line.line] = self._owed.get(line.line, 0) - line.quantity
        if gone:
            plan = self.after[number]
            self.after[number] = replace(plan, shipments=[one for one in plan.shipments if all(one is not other for other in gone)])

    def _real_only(self, one: PlannedShipment, day: str | None) -> None:
        """A shipment that left in reality only: its goods still lie there, and are still owed."""
        for product, units in _units(one).items():
            self._free[one.location, product] = self._free.get((one.location, product), 0) + units
        if day is not None:
            key = (one.location, date.fromisoformat(day))
            self._used[key] = self._used.get(key, 0) - 1
        for line in one.lines:
            self._owed[line.line] = self._owed.get(line.line, 0) + line.quantity

    def _move(self, same: PlannedShipment, day: date | None) -> None:
        """The same shipment on another day takes its place on that one."""
        if same.ship_on == day:
            return
        for on, count in ((day, -1), (same.ship_on, 1)):
            if on is not None:
                self._used[same.location, on] = self._used.get((same.location, on), 0) + count

    # -- at the end

    def pairs(self) -> list[tuple[int, OrderPlan, OrderPlan]]:
        """(run, before, after) for every order: what left and what is planned, together."""
        found = []
        for number, (ref, run) in self.refs.items():
            plans = []
            for now, left in ((self.before, self.left_before), (self.after, self.left_after)):
                plan = now.get(number) or OrderPlan(number, ref, "", "", "routed")
                plans.append(replace(plan, shipments=[*left.get(number, ()), *plan.shipments]))
            found.append((run, plans[0], plans[1]))
        return found


def _key(one: PlannedShipment) -> _Key:
    lines: Mapping[int, int] = {line.line: line.quantity for line in one.lines}
    return one.location, tuple(sorted(lines.items()))


def _find(plan: OrderPlan | None, key: _Key, taken: list[PlannedShipment]) -> PlannedShipment | None:
    rows = plan.shipments if plan else ()
    return next((one for one in rows if _key(one) == key and all(one is not other for other in taken)), None)


def _units(one: PlannedShipment) -> dict[int, int]:
    """What leaves the shelf, kits opened."""
    found: dict[int, int] = {}
    for line in one.lines:
        for product, each in line.parts:
            found[product] = found.get(product, 0) + each * line.quantity
    return found


def _arrival(plan: OrderPlan) -> date | None:
    """The day on which the last part arrives; None where one is unknown, or nothing leaves."""
    days = [one.arrives for one in plan.shipments]
    return None if not days or None in days else max(day for day in days if day)
