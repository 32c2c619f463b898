"""The plan for all orders together: order by order first, then what the scarce goods of each priority allow at less cost.

Higher priorities are settled first, out of everything but what others must keep: orders whose rule lets no cost decide stay as
order by order has them, and those that may not get worse in a criterion ranked before cost keep what they have until their
turn comes. When the whole is not cheaper than order by order, order by order is taken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from omscli.routing.account import lack_words
from omscli.routing.allocate import contents
from omscli.routing.batch.candidates import Builder, Stock
from omscli.routing.batch.cases import Case, case_of
from omscli.routing.batch.exact import bound_of
from omscli.routing.batch.explain import lacks_of
from omscli.routing.batch.prices import bound_at, find_prices, rounds_for
from omscli.routing.batch.problem import NOWHERE, Option, Problem
from omscli.routing.batch.search import Settlement
from omscli.routing.batch.settle import settle
from omscli.routing.batch.solver import solver
from omscli.routing.batch.standing import answer_of, as_last_asked, standing_of
from omscli.routing.batch.staying import stands_as, without_surcharge
from omscli.routing.engine import Run
from omscli.routing.facts import Facts, OpenOrder
from omscli.routing.plan import OrderPlan, Plan
from omscli.routing.rules import Rulebook
from omscli.routing.watch import Watch, unwatched

Used = dict[str, dict[date, int]]
UNPRICED = 100_000  # minor units: what a unit without stock counts where rules.yaml gives it no price, else nothing would be sent
TICK_ORDERS = 256  # a pass over so many orders is one tick of the work


@dataclass(slots=True)
class Part:
    """One settlement: its cases, the problem they make, and what came out."""

    cases: list[Case]
    builder: Builder
    problem: Problem
    settled: Settlement


@dataclass(slots=True)
class Outcome:
    """What was settled about one case."""

    case: Case
    option: Option
    number: int  # of its wish
    part: Part

    @property
    def is_as_before(self) -> bool:
        """Whether it goes as order by order."""
        start = self.part.problem.wishes[self.number].start
        return start is not None and _ways(start) == _ways(self.option)


@dataclass(slots=True)
class Situation:
    """What may be used up: kept beside the facts, so that a decision can begin anew."""

    free: Stock
    used: Used
    holds: list[int]

    @classmethod
    def of(cls, facts: Facts) -> Situation:
        """A copy of what the facts hold now."""
        return cls(
            {place: dict(units) for place, units in facts.free.items()},
            _copy(facts.used),
            [one.units for one in facts.holds],
        )

    def put_back(self, facts: Facts) -> None:
        """Let the facts hold this again."""
        facts.free = {place: dict(units) for place, units in self.free.items()}
        facts.used = _copy(self.used)
        for one, units in zip(facts.holds, self.holds, strict=True):
            one.units = units


@dataclass(slots=True)
class Work:
    """How far it is, in ticks; `go_on` is False once the clock has ended the search."""

    total: int
    watch: Watch
    done: int = 0
    go_on: bool = True

    def tick(self) -> bool:
        """One more piece of work is done."""
        self.done += 1
        self.go_on = self.go_on and self.watch(min(1.0, self.done / self.total))
        return self.go_on


def plan_together(facts: Facts, rulebook: Rulebook, watch: Watch = unwatched) -> Plan:
    """The cheapest plan found for all orders, with a bound below which no plan can be."""
    if rulebook.prove:
        solver()
    before = Situation.of(facts)
    run = Run(facts, rulebook)
    question = as_last_asked(facts, rulebook, run.quoter)
    each = run.all()
    after = Situation.of(facts)
    before.put_back(facts)
    together = _Together(run, each, watch)
    made = together.decide()
    before.put_back(facts)
    found = together.as_plan(made)
    if together.weighed(found) + together.moving(found) >= together.weighed(each) + together.moving(each):
        after.put_back(facts)
        found = Plan("batch", each.currency, each.orders, each.unfilled_price)
    found.each_objective = each.objective
    # Where missing units have no price, the bound is that of plans which leave no more of them.
    found.lower_bound = min(together.bound() - (together.weighed(found) - found.objective), found.objective)
    found.cut_short = not together.work.go_on
    found.settled = question, answer_of(standing_of(found))
    return found


class _Together:
    """One decision about all orders; the facts of the run are as they were before anybody took anything."""

    def __init__(self, run: Run, each: Plan, watch: Watch) -> None:
        self.run = run
        self.rulebook = run.rulebook
        prices = run.rulebook.prices
        self.prices = prices if prices.unfilled_unit else replace(prices, unfilled_unit=UNPRICED)
        self.facts = run.facts
        self.each = {plan.order: plan for plan in each.orders}
        self.sequence = run.sequence()
        self.cases = [case for priority, order, _ in self.sequence if (case := self._case(priority, order)) is not None]
        self.parts: list[Part] = []
        groups = Counter(case.priority for case in self.cases)
        passes = self.rulebook.effort * (len(self.cases) // TICK_ORDERS + 2 * len(groups))
        rounds = sum(map(rounds_for, groups.values())) + (rounds_for(len(self.cases)) if len(groups) > 1 else 0)
        self.work = Work(max(1, passes + rounds), watch)
        self.stock, self.used = self._open_to_cases()
        self._at_first = {place: dict(units) for place, units in self.stock.items()}, _copy(self.used)

    def _case(self, priority: int, order: OpenOrder) -> Case | None:
        case = case_of(order, self.each[order.id], self.run.matcher.matching(order), self.rulebook, self.run.quoter)
        if case is not None:
            case.priority = priority
        return case

    def _open_to_cases(self) -> tuple[Stock, Used]:
        """What is left when the orders that stay as they are have taken theirs."""
        before = Situation.of(self.facts)
        self.before = before
        stock, used = {place: dict(units) for place, units in before.free.items()}, _copy(before.used)
        free_to_move = {case.order.id for case in self.cases}
        holds = {one.hold: one for one in self.facts.holds}
        for plan in self.each.values():
            if plan.order in free_to_move:
                continue
            _take(plan, stock, used, 1)
            for hold, units in plan.drawn.items():
                one = holds[hold]
                stock[one.location][one.product] = stock[one.location].get(one.product, 0) + units
        return stock, used

    def weighed(self, plan: Plan) -> int:
        """The objective, with missing units at what they count here."""
        more = self.prices.unfilled_unit - plan.unfilled_price
        return plan.objective + more * sum(order.unfilled for order in plan.orders)

    def moving(self, plan: Plan) -> int:
        """What the moves of a plan must gain: so much for every order that stood and goes elsewhere."""
        stood = {
            case.order.id: case for part in self.parts for case, wish in zip(part.cases, part.problem.wishes, strict=True) if wish.surcharge
        }
        moved = [one for one in plan.orders if (case := stood.get(one.order)) and not stands_as(one, case.standing, case.wanted)]
        return self.rulebook.min_gain * len(moved)

    # -- deciding

    def decide(self) -> dict[int, Outcome]:
        """Settle priority after priority."""
        found: dict[int, Outcome] = {}
        kept = [case for case in self.cases if case.limits.any]
        for case in kept:
            _take(case.plan, self.stock, self.used, 1)
        for _, group in groupby(self.cases, key=lambda case: case.priority):
            cases = list(group)
            for case in cases:
                if case.limits.any:
                    _take(case.plan, self.stock, self.used, -1)
            part = self._settle(cases)
            for number, case in enumerate(cases):
                outcome = found[case.order.id] = Outcome(case, part.settled.chosen[number], number, part)
                self._use_up(outcome)
        return found

    def _settle(self, cases: list[Case]) -> Part:
        self.facts.used = self.used
        builder = Builder(cases, self.stock, self.run.quoter, self.prices, self.rulebook.min_gain)
        problem = builder.build()
        part = Part(cases, builder, problem, settle(problem, self.rulebook.effort, self.work.tick, proof=self.rulebook.prove))
        self.parts.append(part)
        return part

    def _use_up(self, outcome: Outcome) -> None:
        for code, takes, day in outcome_shares(outcome):
            shelf = self.stock.setdefault(code, {})
            for product, units in contents(outcome.case.wanted, takes):
                shelf[product] = shelf.get(product, 0) - units
            days = self.used.setdefault(code, {})
            days[day[0]] = days.get(day[0], 0) + 1

    def bound(self) -> int:
        """No plan costs less: what stays as it is, and the least that the rest can cost together."""
        fixed = self._fixed()
        if not self.parts:
            return fixed
        if len(self.parts) == 1:
            part = self.parts[0]
            stood = sum(wish.surcharge for wish in part.problem.wishes)
            least = bound_of(part.settled) - stood
            if stood:
                least = max(least, bound_at(without_surcharge(part.problem), part.settled.prices))
            return fixed + least
        # Prices of all priorities together: whatever the higher ones leave, it comes out of the same stock.
        stock, used = self._at_first
        now, self.facts.used = self.facts.used, used
        problem = Builder(self.cases, stock, self.run.quoter, self.prices).build()
        self.facts.used = now
        prices = find_prices(problem, self.work.tick) if problem.room else []
        return fixed + bound_at(problem, prices)

    def _fixed(self) -> int:
        """What the orders cost that stay as they are, as if they came first."""
        free_to_move = {case.order.id for case in self.cases}
        price, total = self.rulebook.prices.below_safety_unit, 0
        for plan in self.each.values():
            if plan.order not in free_to_move:
                total += plan.unfilled * self.prices.unfilled_unit
                total += sum(one.total - price * one.below_safety for one in plan.shipments)
        if price:
            first, _ = self._at_first
            for place, kept in self.facts.safety.items():
                for product, units in kept.items():
                    before = self.before.free.get(place, {}).get(product, 0)
                    total += price * (max(0, units - first.get(place, {}).get(product, 0)) - max(0, units - before))
        return total

    # -- the plan

    def as_plan(self, found: dict[int, Outcome]) -> Plan:
        """Carry the decisions out, in the order in which orders get stock."""
        run = self.run = Run(self.facts, self.rulebook)
        made: dict[int, OrderPlan] = {}
        late = []
        for _, order, rule in self.sequence:
            outcome = found.get(order.id)
            if outcome is None or outcome.is_as_before:
                made[order.id] = run.again(order, self.each[order.id])
            elif outcome.case.complete and not outcome.option.entries:
                late.append((order, rule))  # what its rule cannot place goes on: to other rules, or to a person
            else:
                made[order.id] = self._carried_out(outcome)
            if outcome is not None:
                self._explain(outcome, made.get(order.id))
        for order, rule in late:
            made[order.id] = run.decide(order, rule)
        return Plan("batch", self.rulebook.currency, [made[order.id] for order in self.facts.orders], self.rulebook.prices.unfilled_unit)

    def _explain(self, outcome: Outcome, plan: OrderPlan | None) -> None:
        """Keep with the decision what the goods were worth that the order did not get, and who needs them more."""
        lacks = lacks_of(outcome.part.settled, outcome.number) if plan is not None else []
        if plan is None or not lacks:
            return
        rows = []
        for lack in lacks:
            place, product = outcome.part.builder.names[lack.supply]
            sku = self.facts.products[product].sku if product >= 0 else None
            rival = None if lack.rival is None else outcome.part.cases[lack.rival].order.ref
            rows.append([place, sku, lack.price, lack.gain, rival, lack.loss])
        plan.account = {**plan.account, "batch": rows}
        plan.reasons = [*plan.reasons, *lack_words(rows, self.rulebook.currency)]

    def _carried_out(self, outcome: Outcome) -> OrderPlan:
        case = outcome.case
        places = {place.code: place for place in self.facts.locations}
        shares = [(places[code], takes, day) for code, takes, day in outcome_shares(outcome)]
        return self.run.carry_out(case.order, case.rule, case.wanted, shares, self.each[case.order.id])


def outcome_shares(outcome: Outcome) -> list[tuple[str, list[int], tuple[date, int]]]:
    """(place, units by line, (day, days after the first)) of what an order gets, the largest share first."""
    case, builder = outcome.case, outcome.part.builder
    if outcome.is_as_before:
        found = []
        for one in case.plan.shipments:
            units = {line.line: line.quantity for line in one.lines}
            on = one.ship_on or builder.days[one.location][0].on
            found.append((one.location, [units.get(line.line, 0) for line in case.wanted.lines], (on, 0)))
        return found
    found = []
    for entry in outcome.option.entries:
        if entry.place != NOWHERE:
            code = builder.quoter.facts.locations[entry.place].code
            day = builder.days[code][entry.day]
            found.append((code, list(case.shape.blocks[entry.block]), (day.on, day.delay)))
    return sorted(found, key=lambda one: (-sum(one[1]), one[0]))


def _ways(option: Option) -> list[tuple[int, int, int]]:
    return sorted((entry.place, entry.block, entry.day) for entry in option.entries if entry.place != NOWHERE)


def _take(plan: OrderPlan, stock: Stock, used: Used, times: int) -> None:
    """Take what a plan needs out of the stock, or put it back (-1)."""
    for shipment in plan.shipments:
        shelf = stock.setdefault(shipment.location, {})
        for line in shipment.lines:
            for product, each in line.parts:
                shelf[product] = shelf.get(product, 0) - times * each * line.quantity
        if shipment.ship_on is not None:
            days = used.setdefault(shipment.location, {})
            days[shipment.ship_on] = days.get(shipment.ship_on, 0) + times


def _copy(used: Used) -> Used:
    return {place: dict(days) for place, days in used.items()}
