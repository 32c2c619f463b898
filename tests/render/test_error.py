from omscli.errors import Refused
from omscli.render.error import error_text


def test_what_happened_then_what_to_do() -> None:
    error = Refused("rules.yaml cannot be used\nrules.yaml:14:5: unknown key `shipfrom`", "did you mean `ship_from`?")
    assert error_text(error) == (
        "error: rules.yaml cannot be used\n  rules.yaml:14:5: unknown key `shipfrom`\nhint: did you mean `ship_from`?\n"
    )


def test_without_a_remedy_there_is_no_hint_and_controls_are_shown() -> None:
    assert error_text(Refused("bad \x1b[2J [/x]")) == "error: bad \\x1b[2J [/x]\n"
