from pathlib import Path
from typing import Any

import pytest

from omscli.errors import Refused
from omscli.render.templating import Limit, day_in_words, render

LIMIT = Limit(characters=10_000, seconds=0.5)


def rendered(folder: Path, source: str, **values: Any) -> str:
    (folder / "own.html").write_text(source, encoding="utf-8")
    return render(["own.html"], values, folder, LIMIT)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(x) }}",
        "{{ 'a' * 10**9 }}",
        "{{ 10**10**10 }}",
        "{{ [1] * 10**9 }}",
        "{% for i in range(10**9) %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(2000) %}0123456789{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ nobody_gave_this }}",
        "{{ x.nothing }}",
        "{{ x.append(1) }}",
        "{{ 1 / 0 }}",
        "{{ 'x' + 1 }}",
        "{{ lipsum(n=1000) }}",
        "{% include '../../../etc/passwd' %}",
        "{% include 'not there.html' %}",
        "{{ 'not a date' | day }}",
    ],
)
def test_a_template_cannot_break_out_run_away_or_guess(tmp_path: Path, source: str) -> None:
    with pytest.raises(Refused) as refused:
        rendered(tmp_path, source, x=[1])
    assert refused.value.hint
    assert refused.value.message


def test_a_buyers_text_is_a_value_and_never_a_template(tmp_path: Path) -> None:
    assert rendered(tmp_path, "<b>{{ x }}</b>", x="{{7*7}}<i>\x1b\u202e") == "<b>{{7*7}}&lt;i&gt;</b>"


def test_small_sums_work(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ 2 * 3.5 }} {{ 2 ** 3 }} {{ '-' * 5 }} {{ 100000 * 100000 }}") == "7.0 8 ----- 10000000000"


def test_a_folder_that_is_not_there_leaves_the_built_in_templates(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="undefined"):
        render(["slip.html"], {}, tmp_path / "none", LIMIT)


def test_days_are_written_so_that_nobody_takes_the_month_for_the_day() -> None:
    assert day_in_words("2026-03-05") == "Thursday 5 March 2026"
