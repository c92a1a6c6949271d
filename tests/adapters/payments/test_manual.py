"""Money that a person sends waits for a person."""

from avdet.adapters.payments.manual import ManualTransfer
from avdet.ports.payments import NotFound, Pending, Refused


def test_nothing_is_refused():
    assert isinstance(ManualTransfer().refund("card", 0, "IRR", key="k"), Refused)


def test_every_way_back_waits_under_its_own_key():
    transfer = ManualTransfer()
    assert transfer.refund("card", 5, "IRR", key="k-1") == Pending("k-1") == transfer.attempt("card", key="k-1")
    assert transfer.reverse("card", key="k-2") == Pending("k-2")
    assert transfer.look_up("card") == NotFound()
