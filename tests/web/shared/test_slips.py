"""The decision slip and its calendar strip as a page lays them out."""

from datetime import date, timedelta

import pytest

from avdet.core.vocabulary import LANGUAGES
from avdet.web.shared.charts import curve, lengths
from avdet.web.shared.slips import drawn_slip, drawn_strip
from avdet.words.slip import Line, Slip
from avdet.words.strip import Cell, Strip

BARE = Slip("en", "deny", "No.", (), (), (), ("Shop",), ())


def slip(*lines, **changed):
    return Slip(**{**{name: getattr(BARE, name) for name in Slip.__slots__}, "lines": lines, **changed})


def strip(start, days, closed=()):
    cells, count = [], 0
    for n in range(1, days + 1):
        day = start + timedelta(days=n)
        count += day not in closed
        cells.append(Cell(day, 0 if day in closed else count, "Nowruz" if day in closed else ""))
    return Strip(("Report by",), start, tuple(cells))


def test_a_slip_without_lines_is_drawn():
    drawn = drawn_slip(BARE, {}, (), "slip")
    assert (drawn.groups, drawn.clauses, drawn.trace, drawn.staff) == ((), (), (), ())


def test_a_clause_whose_text_is_not_known_is_a_mark_that_opens_nothing():
    drawn = drawn_slip(slip(Line("Why", "late", ("A-1", "A-2"))), {"A-1": "", "A-2": "Two days."}, (), "slip")
    first, second = drawn.groups[0].lines[0].marks
    assert (first.target, second.target, second.text) == ("", "slip-A-2", "Two days.")
    assert drawn.clauses == (second,)


def test_values_under_one_label_stand_together():
    drawn = drawn_slip(slip(Line("Choose", "a"), Line("", "b"), Line("Pay", "c")), {}, (), "slip")
    assert [(group.label, [line.value for line in group.lines]) for group in drawn.groups] == [("Choose", ["a", "b"]), ("Pay", ["c"])]


def test_a_clause_has_one_panel_however_often_it_is_named():
    drawn = drawn_slip(slip(Line("A", "a", ("C.1",)), Line("B", "b", ("C.1",)), staff=(Line("", "s", ("C.1",)),)), {"C.1": "x"}, (), "one")
    assert [mark.target for mark in drawn.clauses] == ["one-C-1"]
    assert drawn.staff[0].marks[0].target == "", "what staff read cites the law, whose text is not here"


def test_a_trace_says_each_thing_once():
    assert drawn_slip(BARE, {}, [("A", "applies"), ("A", "applies"), ("B", "no")], "x").trace == (("A", "applies"), ("B", "no"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strip_has_whole_weeks_that_begin_as_the_reader_s_do(language):
    drawn = drawn_strip(strip(date(2026, 3, 19), 16, closed={date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 27)}), language)
    assert all(len(week) == 7 for week in drawn.weeks)
    days = [day for week in drawn.weeks for day in week if day.number]
    assert len(days) == 17
    assert [day.kind for day in days[:4]] == ["start", "closed", "closed", "counted"]
    assert days[-1].kind == "last"
    assert drawn.head[0][1] == {"fa": "شنبه", "tr": "Pazartesi", "en": "Monday"}[language]


def test_a_strip_says_where_months_begin_and_why_days_did_not_count():
    drawn = drawn_strip(strip(date(2026, 3, 19), 16, closed={date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 27)}), "en")
    assert [day.month for week in drawn.weeks for day in week if day.month] == ["Mar", "Apr"]
    assert drawn.closings == ("Nowruz: 20 March – 21 March, 27 March",)
    assert drawn.span == "19 March – 4 April"


def test_a_strip_in_persian_counts_in_persian():
    days = [day for week in drawn_strip(strip(date(2026, 3, 19), 3), "fa").weeks for day in week if day.number]
    assert [(day.number, day.count, day.month) for day in days] == [("۲۸", "", "اسفند"), ("۲۹", "۱", ""), ("۱", "۲", "فروردین"), ("۲", "۳", "")]


def test_a_strip_may_end_on_a_day_that_does_not_count():
    end = date(2026, 3, 21)
    assert drawn_strip(strip(date(2026, 3, 19), 2, closed={end}), "en").weeks[0][5].kind == "closed"


@pytest.mark.parametrize("values", [[], [0], [0, 0]])
def test_charts_of_nothing(values):
    rows = [{"label": str(n), "value": n} for n in values]
    assert [each.percent for each in lengths(rows)] == ["0.0"] * len(values)
    assert curve(rows).line == "".join(["M0 300", "L1000 300"][: len(values)])


def test_a_bar_never_grows_out_of_its_room():
    assert lengths([{"label": "a", "value": 50}], most=10)[0].percent == "100.0"


def test_a_curve_keeps_the_words_of_its_ends_and_its_height():
    drawn = curve([{"label": "Mon", "value": 3, "shown": "۳"}, {"label": "Tue", "value": 1, "shown": "۱"}])
    assert (drawn.first, drawn.last, drawn.most) == ("Mon", "Tue", "۳")
    assert drawn.area == "M0 0L1000 200L1000 300L0 300Z"
