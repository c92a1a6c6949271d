"""Words, figures and dates as templates write them; what readers put in never turns a line about or becomes markup."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from avdet.core.errors import AvdetError
from avdet.web.shared.templatetags import avdet as tags

NOON = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_an_unknown_phrase_is_an_error():
    with pytest.raises(AvdetError, match="no phrase"):
        tags.say("shared.nothing")


def test_what_a_reader_wrote_is_escaped_and_isolated():
    said = tags.say("shared.slip.clause", clause='<script>"x"</script>\u202e')
    assert isinstance(said, SafeString)
    assert said == "Read clause <bdi>&lt;script&gt;&quot;x&quot;&lt;/script&gt;\u202e</bdi>"


def test_what_is_markup_already_stays_so():
    assert tags.say("shared.slip.clause", clause=mark_safe("<b>A</b>")) == "Read clause <b>A</b>"


def test_figures_in_a_phrase_take_the_reader_s_digits():
    with translation.override("fa"):
        assert tags.say("shared.ago.days", count=12) == "۱۲ روز پیش"
    assert tags.say("shared.ago.days", count=1) == "1 day ago"


def test_a_day_in_a_phrase_is_in_the_reader_s_calendar():
    with translation.override("fa"):
        assert "۱ فروردین ۱۴۰۵" in tags.say("shared.slip.clause", clause=date(2026, 3, 21))


def test_a_name_may_come_in_parts():
    assert tags.say("shared.step", "done") == "done"


def test_plain_words_carry_marks_instead_of_markup():
    assert tags.plain("shared.slip.clause", clause="A<1") == "Read clause \u2068A<1\u2069"


def test_a_language_that_is_not_spoken_here_becomes_english():
    with translation.override("de"):
        assert tags.language() == "en"
    with translation.override("fa-ir"):
        assert tags.language() == "fa"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_shown_for_nothing(nothing):
    for shown in (tags.num, tags.jdate, tags.jday, tags.jdatetime, tags.ago, tags.iso, tags.code):
        assert shown(nothing) == ""
    assert tags.money(None, "TRY") == ""


def test_a_code_is_isolated_and_escaped():
    assert tags.code("<IR>") == '<bdi class="code" dir="ltr">&lt;IR&gt;</bdi>'


def test_figures_and_amounts():
    assert (tags.num(1200), tags.num("12"), tags.money(129950, "TRY")) == ("1,200", "12", "₺1,299.50")
    with translation.override("fa"):
        assert (tags.num(1200), tags.num("12"), tags.money(4500000, "IRR")) == ("۱٬۲۰۰", "۱۲", "۴٬۵۰۰٬۰۰۰ ریال")


def test_instants_are_seen_on_the_store_s_clock():
    late = datetime(2026, 3, 20, 21, 30, tzinfo=UTC)
    with timezone.override("Asia/Tehran"), translation.override("fa"):
        assert tags.jdate(late) == "۱ فروردین ۱۴۰۵"
        assert tags.jdatetime(late) == "۱ فروردین ۱۴۰۵، ۰۱:۰۰"
        assert tags.jday(late) == "شنبه ۱ فروردین ۱۴۰۵"
    with timezone.override("UTC"):
        assert tags.jdatetime(late) == "20 March 2026, 21:30"
        assert tags.iso(late) == "2026-03-20T21:30:00+00:00"
    assert tags.iso(date(2026, 3, 20)) == "2026-03-20"


@pytest.mark.parametrize(("away", "expected"), [
    (timedelta(seconds=-59), "just now"), (timedelta(seconds=59), "just now"), (timedelta(minutes=-1), "1 minute ago"),
    (timedelta(minutes=-59, seconds=-59), "59 minutes ago"), (timedelta(hours=-1), "1 hour ago"), (timedelta(hours=5), "in 5 hours"),
    (timedelta(days=-1), "1 day ago"), (timedelta(days=30), "in 30 days"), (timedelta(days=31), "21 April 2026"),
    (timedelta(days=-400), "14 February 2025"),
])  # fmt: skip
def test_distances_in_time(away, expected):
    assert tags.distance(NOON + away, NOON) == expected


@pytest.mark.parametrize(("value", "expected"), [
    ({"a": None, "b": False, "c": True, "d": 0}, ' d="0" c'),
    ({"data-x": '"><script>'}, ' data-x="&quot;&gt;&lt;script&gt;"'),
    ({"onclick=x": "1"}, ' onclick=x="1"'),
    ({"title": mark_safe("a &amp; b")}, ' title="a &amp; b"'),
])  # fmt: skip
def test_remaining_attributes_are_escaped_and_false_ones_left_out(value, expected):
    assert tags.rest(value) == expected
