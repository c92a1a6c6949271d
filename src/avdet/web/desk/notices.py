"""The messages of this store that did not leave, and sending them again."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.records.outbox.queries import notices as notices_page
from avdet.web.desk.pages import HANDS, done, page, titled, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.contacts import masked
from avdet.web.shared.lists import marks, pager
from avdet.workflows.notices.send_again import send_notices_again


@open_to(*HANDS)
def notices(request: PageRequest) -> HttpResponse:
    """The dead ones, the newest first."""
    found = notices_page(request.store, state="dead", **marks(request))
    rows = [(each, titled(request.language, "desk.notice", each.kind), masked(each.to)) for each in found.rows]
    return page(request, "notices", "notices", {"rows": rows, **pager(to(request, "notices"), "", found)})


@open_to(*HANDS)
@require_POST
def again(request: PageRequest) -> HttpResponseRedirect:
    """Queues those that are ticked, or all of them, anew."""
    ticked = [int(each) for each in request.POST.getlist("id") if each.isdecimal() and len(each) < 18]
    count = send_notices_again(now=timezone.now(), store_id=request.store.pk, ids=None if "all" in request.POST else ticked)
    return done(request, "notices_again", to(request, "notices"), count=count)
