from omscli.notify.messages import Customer, Item, Parcel, Sender, shipping_confirmation


def url_in_mail(pattern: str, number: str) -> str:
    parcel = Parcel("usps", number, (Item("Mug", 1),), pattern)
    message = shipping_confirmation(Customer("SH-1", "#1", "Ann", "ann@example.com"), Sender("Tern"), "1", [parcel])
    return str(message.data["parcels"][0]["url"])


def test_the_mail_links_to_the_carriers_page_of_the_parcel() -> None:
    assert url_in_mail("https://track.example/?n={number}", "9400 1&x") == "https://track.example/?n=9400%201%26x"


def test_a_mail_without_number_or_with_an_unsafe_pattern_has_no_link() -> None:
    assert url_in_mail("https://track.example/?n={number}", "  ") == ""
    assert url_in_mail("javascript:alert({number})", "9400") == ""
    assert url_in_mail("", "9400") == ""
