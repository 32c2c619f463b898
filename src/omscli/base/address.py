"""A postal address as the channel gave it; countries are ISO 3166-1 alpha-2, regions the code where there is one."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where goods go to or come from. Missing parts are empty text, never None."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    def as_json(self) -> dict[str, str]:
        """The keys of the public JSON."""
        return asdict(self)

    @property
    def is_empty(self) -> bool:
        """No part that could lead a parcel anywhere."""
        return not (self.line1 or self.city or self.postcode)

    @property
    def is_masked(self) -> bool:
        """The channel hid parts behind asterisks (`T**** B****`), so nothing can be sent there."""
        return "**" in f"{self.name}\0{self.line1}\0{self.city}\0{self.postcode}"
