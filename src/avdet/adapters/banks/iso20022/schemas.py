"""XML that strangers may have written is read without entities, without the network, and within bounds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from avdet.core.errors import AvdetError

_HERE: Final = Path(__file__).parent
_CURE: Final = "give the bank's own file, pain.002, as it was downloaded"


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
        raise AvdetError("the file is no XML that can be read", where="file", cure=_CURE) from None
    if root is None or root.getroottree().docinfo.doctype:
        raise AvdetError("the file declares a document type, which no bank's file does", where="file", cure=_CURE)
    return root


def hold(root: etree._Element, name: str) -> None:
    """Hold a document against a schema; `AvdetError` says where it differs first."""
    known = schema(name)
    if not known.validate(root):
        fault = known.error_log[0]
        raise AvdetError(f"the file is no {name}: {fault.message[:200]}", where=f"line {fault.line}", cure=_CURE)
