"""The page that shows where a parcel is: the seller's own from rules.yaml, else the one that the carrier is known to have."""

from __future__ import annotations

import re
from collections.abc import Mapping

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3

# By the carrier's name as one word. Only pages with one form for everybody: DPD UK and PostNL have several, or want a postcode.
_PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    "ups": "https://www.ups.com/track?loc=en_US&tracknum={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "dhlexpress": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "dhlpaket": "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "parcelforce": "https://www.parcelforce.com/track-trace?trackNumber={number}",
    "canadapost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
    "purolator": "https://www.purolator.com/en/shipping/tracker?searchValue={number}",
    "canpar": "https://www.canpar.com/en/track/tracking.jsp?reference={number}&locale=en",
    "australiapost": "https://auspost.com.au/mypost/track/#/search/{number}",
    "dpd": "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={number}",
    "evri": "https://www.evri.com/track-a-parcel#/tracking/{number}",
    "gls": "https://gls-group.com/GROUP/en/parcel-tracking/?match={number}",
    "yodel": "https://www.yodel.co.uk/tracking/{number}",
    "landmark": "https://track.landmarkglobal.com/?search={number}",
    "speedee": "https://www.speedeedelivery.com/track/?tracking={number}",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id={number}",
    "gofo": "https://www.gofoexpress.com/tracking.html?searchID={number}",
    "olddominion": "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={number}",
    "japanpost": "https://trackings.post.japanpost.jp/services/sp/srv/search/?requestNo1={number}&locale=en",
    "aramex": "https://www.aramex.com/track/results?ShipmentNumber={number}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={number}",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
}
_KNOWN_AS = {"federalexpress": "fedex", "postescanada": "canadapost", "auspost": "australiapost", "dhlgermany": "dhlpaket"}
_BUILT_IN = frozenset(_PAGES.values())
# Groups whose companies have pages of their own: `DPD UK`, `GLS US` and `DHL eCommerce` are not what stands here.
_GROUPS = frozenset({"dhl", "dpd", "gls"})


def url_template(carrier: str, own: Mapping[str, str]) -> str:
    """The address of a carrier's page with `{number}` in it: the seller's (`own`, by carrier), else a built-in one, else "".

    A service behind the carrier's name does not matter (`UPS® Ground`), nor do capitals: label software writes `USPS` where
    rules.yaml says `usps`.
    """
    if carrier in own:
        return own[carrier]
    words = _words(carrier)
    mine = {"".join(_words(name)): template for name, template in own.items()}
    for length in range(len(words), 0, -1):
        said = "".join(words[:length])
        key = _KNOWN_AS.get(said, said)
        if length == len(words) or (key in _PAGES and key not in _GROUPS):
            found = mine.get(said) or mine.get(key) or _PAGES.get(key)
            if found:
                return found
    return ""


def _words(carrier: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", carrier.casefold())


def tracking_url(template: str, number: str) -> str | None:
    """The page that shows where a parcel is: the template with `{number}` filled in, percent-encoded.

    None without a number, or unless the template is an https address with a place for it. Escaping HTML does not stop
    `javascript:`, so anything but https is no link. For a page of the seller's own the number stays as it is: only its carrier
    knows whether capitals matter. The built-in ones take it in capitals and without spaces.
    """
    plain = "".join(number.split()).upper() if template in _BUILT_IN else number.strip()
    if not plain or not template.startswith("https://") or "{number}" not in template:
        return None
    octets = plain.encode("utf-8", "surrogatepass")
    return template.replace("{number}", "".join(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}" for octet in octets))
