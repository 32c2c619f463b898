"""The section `routing`: conditions, filters, splits and examples."""

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, PlainValidator, Tag, field_validator, model_validator

from omscli.routing.rules import DEFAULT_RANK, EFFORT, STRATEGIES
from omscli.settings.mistakes import shown
from omscli.settings.models_places import Kind
from omscli.settings.section import Section, by_shape
from omscli.settings.values import (
    ChannelName,
    Code,
    Count,
    Country,
    Flag,
    LocationCode,
    Many,
    Money,
    Name,
    Positive,
    Rate,
    Says,
    Signed,
    Text,
    one_of,
    whole,
    wrong,
)


class Tests(Section):
    """The long form of a condition."""

    @model_validator(mode="after")
    def _some_test(self) -> Self:
        if not self.model_fields_set:
            raise wrong(f"write at least one of {', '.join(field.alias or name for name, field in type(self).model_fields.items())}")
        return self


class TextTests(Tests):
    """The long form of a condition on text."""

    not_: Many[Text] = Field(default=(), alias="not", description="None of these values.")
    matches: Many[Text] = Field(default=(), description="One of these patterns: `*` stands for any text, `?` for one character.")


class CountTests(Tests):
    """The long form of a condition on a number."""

    over: Count | None = Field(default=None, description="More than this; the number itself does not fit.")
    under: Count | None = Field(default=None, description="Less than this; the number itself does not fit.")
    not_: Many[Count] = Field(default=(), alias="not", description="None of these numbers.")


class MoneyTests(Tests):
    """The long form of a condition on an amount."""

    over: Money | None = Field(default=None, description="More than this; the amount itself does not fit.")
    under: Money | None = Field(default=None, description="Less than this; the amount itself does not fit.")
    not_: Many[Money] = Field(default=(), alias="not", description="None of these amounts.")


_form = Discriminator(by_shape("<tests>", "<values>"))
_TextValues = Annotated[Many[Text], Field(min_length=1), Tag("<values>")]
_CountValues = Annotated[Many[Count], Field(min_length=1), Tag("<values>")]
_MoneyValues = Annotated[Many[Money], Field(min_length=1), Tag("<values>")]
TextCondition = Annotated[
    _TextValues | Annotated[TextTests, Tag("<tests>")], _form, Says("a value, a list, or [tests](#text-tests) `{not, matches}`")
]
CountCondition = Annotated[
    _CountValues | Annotated[CountTests, Tag("<tests>")], _form, Says("a number, a list, or [tests](#number-tests) `{over, under, not}`")
]
MoneyCondition = Annotated[
    _MoneyValues | Annotated[MoneyTests, Tag("<tests>")], _form, Says("an amount, a list, or [tests](#amount-tests) `{over, under, not}`")
]


class WhenSection(Section):
    """Which orders a rule speaks for: all conditions must hold, and upper and lower case do not matter."""

    channel: TextCondition | None = Field(default=None, description="The name of the channel.")
    service: TextCondition | None = Field(default=None, description="What the customer asked for: a speed, or a service of a carrier.")
    country: TextCondition | None = Field(default=None, description="Where it goes.")
    region: TextCondition | None = Field(default=None, description="The state or province.")
    postcode: TextCondition | None = Field(default=None, description='The postcode; `{matches: "94*"}` for how it begins.')
    sku: TextCondition | None = Field(default=None, description="A SKU of the order.")
    category: TextCondition | None = Field(default=None, description="The category of a product in the order.")
    tag: TextCondition | None = Field(default=None, description="A tag of the order.")
    total: MoneyCondition | None = Field(default=None, description="The order's value in the home currency.")
    weight_g: CountCondition | None = Field(default=None, description="The weight of all goods in grams; unknown fits nothing.")
    lines: CountCondition | None = Field(default=None, description="How many lines the order has.")
    units: CountCondition | None = Field(default=None, description="How many units the order has.")
    customer: TextCondition | None = Field(default=None, description="The customer's e-mail address.")
    payment: TextCondition | None = Field(default=None, description="`paid` `pending` `refunded` `partially_refunded` `voided` `unknown`")
    weekday: TextCondition | None = Field(default=None, description="The day of the decision: `mon` `tue` `wed` `thu` `fri` `sat` `sun`")
    pickup: TextCondition | None = Field(default=None, description="`true` where the customer collects, or the location where.")
    hazmat: Flag | None = Field(default=None, description="Whether dangerous goods are in the order.")


class KindSelection(Section):
    """Locations by their kind."""

    kind: Annotated[Many[Kind], Field(min_length=1)] = Field(description="The kinds meant.")


AnySelection = Annotated[
    Annotated[KindSelection, Tag("<kinds>")] | Annotated[Annotated[Many[LocationCode], Field(min_length=1)], Tag("<codes>")],
    Discriminator(by_shape("<kinds>", "<codes>")),
    Says("locations, or `{kind: …}` with [kinds](#kinds)"),
]


class TogetherSection(Section):
    """Goods that never travel apart."""

    category: Many[Text] = Field(default=(), description="Products of these categories.")
    sku: Many[Text] = Field(default=(), description="These SKUs.")


class SplitSection(Section):
    """The limits of splitting an order."""

    max_shipments: Positive | None = Field(default=None, description="The most shipments of one decision.")
    min_part_value: Money = Field(
        default=0, description="Each part, what stays unfilled too, is worth at least this. An order that goes whole is exempt."
    )
    together: TogetherSection | None = Field(default=None, description="Goods that never travel apart, by `category` or by `sku`.")


AnySplit = Annotated[
    Annotated[SplitSection, Tag("<limits>")] | Annotated[str, one_of("value of split", ("never", "allow")), Tag("<word>")],
    Discriminator(by_shape("<limits>", "<word>")),
    Says("`never`, `allow`, or [limits](#split)"),
]

Backorder = Annotated[str, one_of("value of backorder", ("wait", "cancel")), Says("`wait` `cancel`")]


class ElseSection(Section):
    """What happens to units that the rule cannot place."""

    backorder: Backorder = Field(default="wait", description="`wait` for goods, or `cancel` the units.")
    cancel_after_days: Positive | None = Field(default=None, description="Give up waiting after so many days.")

    @model_validator(mode="after")
    def _days_need_waiting(self) -> Self:
        if self.backorder == "cancel" and self.cancel_after_days is not None:
            raise wrong("cancel_after_days goes with backorder: wait")
        return self


AnyElse = Annotated[
    Annotated[ElseSection, Tag("<backorder>")] | Annotated[str, one_of("value of else", ("next", "hold")), Tag("<word>")],
    Discriminator(by_shape("<backorder>", "<word>")),
    Says("`next`, `hold`, or [backorder](#else)"),
]


class ExampleOrder(Section):
    """The order of an example, in the columns of orders.csv; what is left out is a paid order of today."""

    channel: ChannelName | None = Field(default=None, description="The first channel of the file when left out.")
    service: Text = Field(default="standard", description="What the customer asked for.")
    payment: Text = Field(default="paid", description="The state of the payment.")
    city: Text = Field(default="", description="The customer's town.")
    region: Text = Field(default="", description="The customer's state or province.")
    postcode: Text = Field(default="", description="The customer's postcode.")
    country: Country | None = Field(default=None, description="The country of the first location when left out.")
    email: Text = Field(default="", description="The customer's e-mail address.")
    tags: Many[Text] = Field(default=(), description="The order's tags.")
    total: Money | None = Field(default=None, description="The order's value.")
    ship_by: Text | None = Field(default=None, description="The day by which it must leave.")
    deliver_by: Text | None = Field(default=None, description="The day by which it must arrive.")
    pickup_location: LocationCode | None = Field(default=None, description="Where the customer collects.")
    lines: Annotated[dict[Text, Positive], Field(min_length=1), Says("`{SKU: units}`")] = Field(description="Units by SKU.")


Criterion = Annotated[Code, Says("[criteria](#criteria)")]
Units = Annotated[dict[LocationCode, dict[Text, Count]], Says("`{location: {SKU: units}}`")]


class ExampleSection(Section):
    """What the rules must decide, as an example that can be checked."""

    order: ExampleOrder = Field(description="The order; see [order](#order-of-an-example).")
    stock: Units = Field(default={}, description="What lies where.")
    ships_from: Units | None = Field(default=None, description="What must leave where. Without it nothing is asked about it.")
    backordered: Annotated[dict[Text, Count], Says("`{SKU: units}`")] | None = Field(default=None, description="What must wait.")
    held: Flag | None = Field(default=None, description="Whether the order must wait for a person.")


def _reason(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong("write the reason in words, like `hold: value over 1,500`")
    return value


Reason = Annotated[str, PlainValidator(_reason), Says("text")]


class RuleSection(Section):
    """One rule. Rules are tried from the top; the first whose conditions hold decides."""

    name: Name = Field(description="How decisions, `oms why` and the reports call it.")
    when: WhenSection | None = Field(default=None, description="Which orders it speaks for; see [when](#when). Without it: all.")
    hold: Reason | None = Field(default=None, description="The order waits for a person, with this reason.")
    priority: Signed | None = Field(default=None, description="Higher goes first when stock is short; wins over the channel's.")
    only: AnySelection | None = Field(default=None, description="No other locations may serve.")
    avoid: AnySelection | None = Field(default=None, description="These locations may not serve.")
    max_km: Rate | None = Field(default=None, description="The longest way; a distance that nobody knows is too long.")
    max_days: Count | None = Field(default=None, description="The most days until arrival.")
    split: AnySplit = Field(
        default="allow", description="How an order may be divided. `never`: the whole order in one shipment, or nothing by this rule."
    )
    keep_safety_stock: Flag = Field(default=False, description="Leave the safety stock alone.")
    ignore_capacity: Flag = Field(default=False, description="Ship although `daily_capacity` is full.")
    rank: Annotated[Many[Criterion], Field(min_length=1)] = Field(
        default=DEFAULT_RANK,
        description="What is compared, in this order; see [criteria](#criteria). The next one speaks where those before tie.",
    )
    else_: AnyElse | None = Field(
        default=None,
        alias="else",
        description="Units it cannot place: `next` tries the next rule that matches, `hold` asks a person. Without it they wait.",
    )
    examples: tuple[ExampleSection, ...] = Field(default=(), description="Orders and what must come of them; see [examples](#examples).")

    @field_validator("rank")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise wrong(f"'{twice[0]}' stands here more than once")
        return names


class PricesSection(Section):
    """What is not money but is counted as money where places are compared by `cost`."""

    late_day: Money = Field(default=0, description="Each day after the promised or wanted date.")
    unfilled_unit: Money = Field(default=0, description="Each unit left without stock.")
    extra_shipment: Money = Field(default=0, description="Each shipment after the first.")
    per_100_km: Money = Field(default=0, description="Each 100 km of the way.")
    below_safety_unit: Money = Field(default=0, description="Each unit taken from safety stock.")


def _strategy(value: Any) -> str:
    if value not in STRATEGIES:
        raise wrong(f"unknown strategy {shown(value)}; write strategy: {' or strategy: '.join(STRATEGIES)}")
    return str(value)


Strategy = Annotated[str, PlainValidator(_strategy), Says("`each` `batch`")]


class RoutingSection(Section):
    """How oms decides where an order ships from."""

    strategy: Strategy = Field(
        default="each",
        description="`each` decides order by order, the more urgent and older first; `batch` finds the cheapest plan for all of them together.",
    )
    effort: Count = Field(default=EFFORT, description="Under `batch`: how often the plan is gone over for something cheaper.")
    prove: Flag = Field(
        default=False,
        description="Under `batch`: let a solver prove that no plan is cheaper, or find a cheaper one, where at most 1,000 orders hang together by scarce goods. Needs the extra: `pip install 'omscli[solver]'`.",
    )
    min_gain: Money = Field(
        default=0,
        description="What is planned stays where it is unless another way saves at least this much in `cost`, or is better in a criterion that the rule ranks before `cost`.",
    )
    prices: PricesSection | None = Field(default=None, description="See [prices](#prices).")
    max_short_picks: Annotated[int, whole(1, 100), Says("a whole number from 1 to 100")] = Field(
        default=3, description="After so many short picks an order is no longer sent elsewhere by itself, but held for a person."
    )
    rules: tuple[RuleSection, ...] = Field(
        default=(), description="See [rules](#rules). Without rules every location may serve, with the default `rank`."
    )
