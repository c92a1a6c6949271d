"""A stand-in of a mail server and of two SMS carriers, with a page that shows what arrived."""

from avdet.simulators.messages.post_office import Messages
from avdet.simulators.messages.smtp import running_smtp

__all__ = ["Messages", "running_smtp"]
