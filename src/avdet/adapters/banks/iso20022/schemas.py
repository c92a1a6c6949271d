"""XML that strangers may have written is read without entities, without the network, and within bounds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from avdet.core.errors import AvdetError
from avdet.words.faults import coded

_HERE: Final = Path(__file__).parent


@cache
def schema(name: str) -> etree.XMLSchema:
    """The schema of a message, such as `pain.001.001.09`."""
    return etree.XMLSchema(etree.parse(_HERE / f"{name}.xsd"))


def read_xml(raw: bytes) -> etree._Element:
    """The root of a document. `AvdetError` for what is no XML, or carries a document type with what may hide in one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise coded(AvdetError, "bank_file.not_xml") from None
    if root is None or root.getroottree().docinfo.doctype:
        raise coded(AvdetError, "bank_file.doctype")
    return root


def hold(root: etree._Element, name: str) -> None:
    """Hold a document against a schema; `AvdetError` says where it differs first."""
    known = schema(name)
    if not known.validate(root):
        fault = known.error_log[0]
        raise coded(AvdetError, "bank_file.schema", at=(("line", fault.line),), name=name, problem=fault.message[:200])
