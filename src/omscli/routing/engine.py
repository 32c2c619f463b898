"""`plan(facts, rulebook)`: the only entry of the decision, for the live run, the dry run and every question about it.

Pure and deterministic: the same facts and rules give the same plan, whatever order the orders come in. Stock goes to the
higher priority, then to the older order; `facts.free` and `facts.used` are used up while the plan is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from omscli.routing.account import account_of, drawn_words, facts_of, reasons_of, settled_reasons
from omscli.routing.allocate import Basket, basket
from omscli.routing.candidate import Candidate
from omscli.routing.criterion import named
from omscli.routing.facts import Demand, Facts, OpenOrder, Standing
from omscli.routing.filters import eligible
from omscli.routing.match import Matcher, days_since
from omscli.routing.plan import OrderPlan, Plan, PlannedLine, PlannedShipment, Waiting
from omscli.routing.quote import Quoter
from omscli.routing.rules import ChannelPolicy, Rule, Rulebook
from omscli.routing.search import Question
from omscli.routing.watch import Watch, unwatched
from omscli.stock.holds import draw
from omscli.stock.locations import Location

NO_RULE = Rule("no rule")
Look = Callable[[Question, Candidate | None], None]


@dataclass(slots=True)
class Expected:
    """Units that come on a day, less what orders wait for already."""

    day: str
    units: int


def plan(facts: Facts, rulebook: Rulebook, watch: Watch = unwatched) -> Plan:
    """Decide for every order of the facts. `watch` hears how far the work is, and may end it early."""
    if rulebook.strategy == "batch":
        from omscli.routing.batch.together import plan_together

        return plan_together(facts, rulebook, watch)
    return Run(facts, rulebook).all()


class Run:
    """One pass over all orders, order by order; holds what is used up on the way."""

    def __init__(self, facts: Facts, rulebook: Rulebook) -> None:
        self.facts = facts
        self.rulebook = rulebook
        self.quoter = Quoter(facts, rulebook.buffer_days)
        self.matcher = Matcher(rulebook.rules or (NO_RULE,), facts)
        self.criteria = {rule.name: named(rule.rank) for rule in (*rulebook.rules, NO_RULE)}
        self.look: Look | None = None
        self.expected = {product: [Expected(day, units) for day, _, units in rows] for product, rows in facts.expected.items()}

    def all(self) -> Plan:
        """Decide for every order, the higher priority first, then the older order."""
        found: dict[int, OrderPlan] = {}
        for _, order, rule in self.sequence():
            found[order.id] = self.decide(order, rule)
        orders = [found[order.id] for order in self.facts.orders]
        return Plan("each", self.rulebook.currency, orders, self.rulebook.prices.unfilled_unit)

    def sequence(self) -> list[tuple[int, OpenOrder, Rule | None]]:
        """(priority, order, the rule that decides), in the order in which they get stock."""
        rules = [(order, self.matcher.first(order)) for order in self.facts.orders]
        ranked = [(self._priority(order, rule), order, rule) for order, rule in rules]
        return sorted(ranked, key=lambda one: (-one[0], one[1].placed_at, one[1].ref))

    def _channel(self, order: OpenOrder) -> ChannelPolicy:
        return self.rulebook.channels.get(order.channel) or ChannelPolicy(order.channel)

    def _priority(self, order: OpenOrder, rule: Rule | None) -> int:
        if rule is not None and rule.priority is not None:
            return rule.priority
        return self._channel(order).priority

    # -- one order

    def decide(self, order: OpenOrder, first: Rule | None) -> OrderPlan:
        """The decision about one order, out of what the ones before it left."""
        result = OrderPlan(order.id, order.ref, order.channel, order.order_id, "unroutable")
        if order.held:
            result.state, result.reasons = "held", list(order.held)
            return result
        if first is None:
            result.reasons = ["no rule matches this order: add a last rule without `when`"]
            return result
        result.rule = first.name
        if first.hold is not None and first.hold not in order.released_rules:
            result.state, result.hold, result.reasons = "held", first.hold, [f"rule “{first.name}”: {first.hold}"]
            return result
        self._place(order, first, result)
        return result

    def _standing(self, order: OpenOrder) -> Sequence[Standing]:
        """What is planned already, where a move must gain something."""
        return self.facts.standing.get(order.id, ()) if self.rulebook.min_gain else ()

    def _place(self, order: OpenOrder, first: Rule, result: OrderPlan) -> None:
        """Go down the rules while they say `else: next` and something is left."""
        result.account["facts"] = facts_of(order, self.facts, self.quoter, self._standing(order))
        left, rule, anywhere = order.lines, first, False
        later = iter(self.matcher.matching(order)[1:])
        while True:
            left, found_places = self._by_rule(order, rule, left, result)
            anywhere = anywhere or found_places
            if not left or rule.otherwise.action != "next":
                break
            following = next((one for one in later if one.hold is None or one.hold not in order.released_rules), None)
            if following is None:
                break
            if following.hold is not None:
                self.give_back(order, result)
                result.state, result.hold = "held", following.hold
                result.reasons.append(f"rule “{following.name}”: {following.hold}")
                return
            rule = following
            if not result.shipments:
                result.rule = rule.name
        self.finish(order, rule, left, result, anywhere=anywhere)

    def _by_rule(self, order: OpenOrder, rule: Rule, lines: list[Demand], result: OrderPlan) -> tuple[list[Demand], bool]:
        """Place what this rule can place. Returns what is left, and whether any place may serve at all."""
        wanted = basket(lines, self.facts.products, rule.split)
        places, out = eligible(order, rule, self._channel(order), self.quoter)
        question = Question(
            order, rule, self.criteria[rule.name], self.rulebook.prices, wanted, places, self.quoter, self.rulebook.currency
        )
        if self.rulebook.min_gain:
            used = {one.location for one in result.shipments}
            question.standing = tuple(one for one in self._standing(order) if one.location not in used)
            question.min_gain = self.rulebook.min_gain
        best = question.best() if places else None
        if self.look is not None:
            self.look(question, best)
        out += sorted(question.refused.items()) if best is None else []
        result.account.setdefault("rules", []).append(account_of(question, best, out))
        result.reasons += reasons_of(question, best, out)
        if best is None:
            if result.account["rules"][-1].get("in_stock"):
                result.question = result.reasons[-1]
            return lines, bool(places) and len(question.refused) < len(places)
        self.take(order, wanted, best, result)
        left = [rest_of(line, units) for line, units in zip(lines, best.unfilled, strict=True) if units]
        return left, True

    def take(self, order: OpenOrder, wanted: Basket, best: Candidate, result: OrderPlan) -> None:
        """Let the order have what the candidate says."""
        for number, part in enumerate(best.parts):
            quote = part.quote
            free = self.facts.free.setdefault(quote.location.code, {})
            lines = []
            for line, units, parts in zip(wanted.lines, part.takes, wanted.parts, strict=True):
                if units:
                    lines.append(PlannedLine(line.line, line.line_id, line.sku, units, parts))
                    for product, each in parts:
                        own = self.draw(order, quote.location.code, product, each * units, result) if order.holds else 0
                        free[product] = free.get(product, 0) - each * units + own
            used = self.facts.used.setdefault(quote.location.code, {})
            used[quote.ship_on] = used.get(quote.ship_on, 0) + 1
            method = "pickup" if order.pickup is not None else "dropship" if quote.location.is_supplier else "ship"
            service = quote.service
            result.shipments.append(
                PlannedShipment(
                    quote.location.code, method, lines, quote.parcels, service.carrier if service else "", service.name if service else "",
                    quote.ship_on, quote.arrives, quote.km, quote.postage, quote.boxes, quote.handling, best.penalties[number], quote.late_days,
                    part.below_safety, quote.zone, quote.notes,
                )
            )  # fmt: skip

    def carry_out(
        self, order: OpenOrder, rule: Rule, wanted: Basket, shares: list[tuple[Location, list[int], tuple[date, int]]], each: OrderPlan
    ) -> OrderPlan:
        """Let an order have shares that were settled elsewhere: (place, units by line, (day, days after the first possible one))."""
        result = OrderPlan(order.id, order.ref, order.channel, order.order_id, "backordered", rule.name)
        result.account = {**each.account, "together": True}
        left = wanted.lines
        if shares:
            question = Question(
                order, rule, self.criteria[rule.name], self.rulebook.prices, wanted, [], self.quoter, self.rulebook.currency
            )
            best = question.settled(shares)
            result.reasons = settled_reasons(question, best, each, self.rulebook.currency)
            self.take(order, wanted, best, result)
            left = [rest_of(line, units) for line, units in zip(wanted.lines, best.unfilled, strict=True) if units]
        else:
            result.reasons = [f"rule “{rule.name}”: other orders need the stock more"]
        self.finish(order, rule, left, result, anywhere=True)
        return result

    def again(self, order: OpenOrder, each: OrderPlan) -> OrderPlan:
        """Let an order have what it had before; what it waits for, and safety stock, may have been used up otherwise since."""
        price = self.rulebook.prices.below_safety_unit
        result = replace(each, shipments=[replace(one) for one in each.shipments], drawn={})
        for shipment in result.shipments:
            free = self.facts.free.setdefault(shipment.location, {})
            kept = self.facts.safety.get(shipment.location, {})
            below = 0
            for line in shipment.lines:
                for product, units in line.parts:
                    taken = units * line.quantity
                    own = self.draw(order, shipment.location, product, taken, result) if order.holds else 0
                    before = free.get(product, 0)
                    free[product] = before - taken + own
                    if product in kept:
                        below += max(0, kept[product] - free[product]) - max(0, kept[product] - before)
            shipment.penalties += price * (below - shipment.below_safety)
            shipment.below_safety = below
            if shipment.ship_on is not None:
                used = self.facts.used.setdefault(shipment.location, {})
                used[shipment.ship_on] = used.get(shipment.ship_on, 0) + 1
        lines = {line.line: line for line in order.lines}
        result.backordered = [
            replace(row, expected_on=self.expected_on(rest_of(lines[row.line], row.quantity))) for row in result.backordered
        ]
        return result

    def draw(self, order: OpenOrder, location: str, product: int, units: int, result: OrderPlan) -> int:
        """Take units out of what is set aside for the order, as far as it goes; the rest is everybody's."""
        drawn = draw(order.holds, location, product, units)
        for one, taken in drawn:
            result.drawn[one.hold] = result.drawn.get(one.hold, 0) + taken
        return sum(taken for _, taken in drawn)

    def finish(self, order: OpenOrder, rule: Rule, left: list[Demand], result: OrderPlan, *, anywhere: bool) -> None:
        """What happens to the units that no rule could place."""
        result.reasons += drawn_words(order, result, self.facts)
        if not left:
            result.state, result.question = "routed", ""
            return
        result.unfilled = sum(line.quantity for line in left)
        if rule.otherwise.action == "hold":
            self.give_back(order, result)
            result.unfilled = sum(line.quantity for line in order.lines)
            result.state, result.hold = "held", f"no stock for {_names(left)}"
            result.reasons.append(f"rule “{rule.name}” holds what it cannot place: {_names(left)}")
            return
        if not anywhere and not result.shipments:
            result.state, result.unfilled = "unroutable", 0
            return
        if self._gives_up(order, rule):
            result.cancelled = [Waiting(line.line, line.line_id, line.sku, line.quantity) for line in left]
            result.reasons.append(f"rule “{rule.name}” cancels what it cannot place: {_names(left)}")
            result.state = "routed" if result.shipments else "backordered"
            return
        result.backordered = [Waiting(line.line, line.line_id, line.sku, line.quantity, self.expected_on(line)) for line in left]
        result.state = "part_routed" if result.shipments else "backordered"

    def _gives_up(self, order: OpenOrder, rule: Rule) -> bool:
        days = rule.otherwise.cancel_after_days
        if rule.otherwise.action == "cancel":
            return True
        return days is not None and order.waiting_since is not None and days_since(order.waiting_since, self.facts.now) >= days

    def give_back(self, order: OpenOrder, result: OrderPlan) -> None:
        """Undo what was taken for an order that is held after all."""
        for shipment in result.shipments:
            free = self.facts.free[shipment.location]
            for line in shipment.lines:
                for product, each in line.parts:
                    free[product] += each * line.quantity
            if shipment.ship_on is not None:
                self.facts.used[shipment.location][shipment.ship_on] -= 1
        for one in order.holds:
            units = result.drawn.pop(one.hold, 0)
            one.units += units
            if units:
                self.facts.free[one.location][one.product] -= units
        result.shipments.clear()

    def expected_on(self, line: Demand) -> str | None:
        """The day on which enough of every component is expected; what earlier orders wait for is used up first."""
        parts = self.facts.products[line.product].components or ((line.product, 1),)
        last = ""
        for product, each in parts:
            missing = each * line.quantity
            for row in self.expected.get(product, ()):
                take = min(missing, row.units)
                row.units -= take
                missing -= take
                if take:
                    last = max(last, row.day)
                if not missing:
                    break
            if missing:
                return None
        return last or None


class Asking:
    """What single orders would get from facts that stay as they are: questions take nothing, not even from each other."""

    def __init__(self, facts: Facts, rulebook: Rulebook) -> None:
        self._run = Run(facts, rulebook)

    def ask(self, order: OpenOrder) -> OrderPlan:
        """The decision about one order alone. Orders that differ need ids that differ: what is known of the way to one is remembered."""
        made = self._run.decide(order, self._run.matcher.first(order))
        kept, drawn = list(made.shipments), dict(made.drawn)
        self._run.give_back(order, made)
        made.shipments, made.drawn = kept, drawn
        return made

    def watched(self, order: OpenOrder, look: Look) -> OrderPlan:
        """The same, and each question of a rule is shown when it is answered and before anything is taken for it."""
        self._run.look = look
        try:
            return self.ask(order)
        finally:
            self._run.look = None

    def first_rule(self, order: OpenOrder) -> Rule | None:
        """The rule that speaks for the order first."""
        return self._run.matcher.first(order)


def rest_of(line: Demand, units: int) -> Demand:
    """So many units of a line."""
    return Demand(line.line, line.line_id, line.sku, line.product, units, line.value)


def _names(lines: list[Demand]) -> str:
    return ", ".join(f"{line.quantity} × {line.sku}" for line in lines)
