"""Policies as data: five stores, the law of three jurisdictions, their calendars, and the reader of policy files."""

from avdet.policies.shelf import STORES, calendar_of, counting_by, law_of, load, policy_path

__all__ = ["STORES", "calendar_of", "counting_by", "law_of", "load", "policy_path"]
