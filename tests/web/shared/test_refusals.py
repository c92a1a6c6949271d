"""A page says why something was not done in the words of the refusal itself, where it has any."""

import pytest

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE
from avdet.web.shared.refusals import why
from avdet.words.faults import coded
from avdet.words.phrases import phrase

OTHERWISE = "portal.case.not_now"


@pytest.mark.parametrize(("language", "told"), [
    ("en", "This request cannot be taken back any more. Ask the store."), ("tr", "Bu talep artık geri alınamaz. Mağazaya sorun."),
    ("fa", "این درخواست را دیگر نمی‌توان پس گرفت. از فروشگاه بپرسید."),
])  # fmt: skip
def test_a_refusal_with_a_code_is_told_in_its_own_words(language, told):
    assert why(language, coded(AvdetError, "case.no_withdrawal", where="state"), OTHERWISE) == told


def test_a_turkish_sentence_begins_with_a_turkish_letter():
    assert why("tr", coded(AvdetError, "payout.currency"), OTHERWISE).startswith("Bir listede")
    assert why("tr", coded(AvdetError, "parcel.found", found="whole"), OTHERWISE).startswith("İçinden ne çıktığı")


def test_what_has_no_words_for_people_is_told_in_the_pages_own():
    with pytest.raises(AvdetError) as moved:
        CASE.after("settled", "offer")
    for fault in (AvdetError("in English", where="state"), moved.value):
        assert why("tr", fault, OTHERWISE) == phrase("tr", OTHERWISE)
