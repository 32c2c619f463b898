"""Asking OpenStreetMap where an address lies, through geopy's Nominatim; only where the seller says `geocode_online: true`.

It sends the town and postcode of customers to somebody else's server, which is why it is off by default; names and streets are
never sent.
"""

from __future__ import annotations

from omscli.base.geo import Point
from omscli.errors import OmsError

TIMEOUT_S = 10


class Nominatim:
    """One session with the public server; it allows one question a second (its usage policy), which geopy's limiter keeps."""

    def __init__(self) -> None:
        from geopy.extra.rate_limiter import RateLimiter
        from geopy.geocoders import Nominatim as Server

        self._ask = RateLimiter(
            Server(user_agent="omscli", timeout=TIMEOUT_S).geocode, min_delay_seconds=1, max_retries=1, swallow_exceptions=False
        )

    def locate(self, country: str, postcode: str, city: str, region: str) -> Point | None:
        """The point of a town or postcode; None where the server knows none. Raises OmsError when it cannot be reached."""
        from geopy.exc import GeopyError

        query = {"country": country, "postalcode": postcode, "city": city, "state": region}
        try:
            found = self._ask({key: value for key, value in query.items() if value})
        except GeopyError as error:
            raise OmsError(
                f"the geocoding server cannot be reached ({type(error).__name__})", "try again, or set `geocode_online: false`"
            ) from error
        return Point(found.latitude, found.longitude, "online") if found else None
