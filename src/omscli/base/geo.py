"""Points on the earth and the way between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Mean earth radius in km as geopy's great_circle has it (geopy.distance.EARTH_RADIUS), so that both agree to the metre.
EARTH_RADIUS_KM = 6371.009
KM_PER_MILE = 1.609344


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees, and how exact it is: `given`, `postcode`, `prefix`, `city` or `region`."""

    lat: float
    lon: float
    accuracy: str = "given"


def great_circle_km(a: Point, b: Point) -> float:
    """Distance along the surface of a sphere; within 0.5 % of geopy's geodesic (tested)."""
    lat_a, lon_a, lat_b, lon_b = math.radians(a.lat), math.radians(a.lon), math.radians(b.lat), math.radians(b.lon)
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))
