"""Remarks on a rules file that loads: rules that never match, places nobody reaches, keys that work against each other."""

from __future__ import annotations

from collections.abc import Collection

from omscli.base.text import fold
from omscli.settings.check_places import place_findings
from omscli.settings.check_rules import rule_findings
from omscli.settings.check_services import service_findings
from omscli.settings.finding import Finding, warning
from omscli.settings.mistakes import unknown
from omscli.settings.references import skus_in
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import Document, read


def findings(settings: Settings, skus: Collection[str] | None = None) -> list[Finding]:
    """All remarks in the order of the lines.

    Args:
        settings: what was loaded; the places come from its text.
        skus: the SKUs of the catalogue with their aliases; None leaves the SKUs of the file unchecked.
    """
    document = read(settings.text, settings.path.name)
    found = [
        *place_findings(settings, document),
        *service_findings(settings, document),
        *rule_findings(settings, document),
        *_mail_findings(settings, document),
        *_feed_findings(settings, document),
    ]
    if skus is not None:
        found += _unknown_skus(document, skus)
    return sorted(found)


def _unknown_skus(document: Document, skus: Collection[str]) -> list[Finding]:
    known = {fold(sku) for sku in skus}
    return [
        Finding(place[0], "error", unknown("SKU", sku, skus), "correct it, or add the product with `oms import products.csv`")
        for sku, place in skus_in(document)
        if fold(sku) not in known
    ]


def _mail_findings(settings: Settings, document: Document) -> list[Finding]:
    smtp = settings.mail.smtp
    if not smtp:
        return []
    path = ("notify", "smtp", "tls")
    if smtp["tls"] == "none" and smtp["user"]:
        return [warning(document, path, "the password travels to the mail server unencrypted", "write `tls: starttls`")]
    if smtp["port"] == 465 and smtp["tls"] == "starttls":
        return [warning(document, path, "port 465 speaks tls from the first word", "write `tls: tls`, or use port 587")]
    return []


def _feed_findings(settings: Settings, document: Document) -> list[Finding]:
    found = [
        warning(
            document,
            ("stock_sync", at),
            f"a broken file of '{feed['location']}' would empty its stock unasked",
            "write `max_drop_percent`, such as 50",
        )
        for at, feed in enumerate(settings.stock_sync)
        if feed["max_drop_percent"] is None
    ]
    if settings.currency in settings.rulebook.rates:
        path = ("currencies", settings.currency)
        found.append(warning(document, path, f"{settings.currency} is the home currency and has no rate", "remove it"))
    return found
