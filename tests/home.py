"""A pytest plugin of the project's own, loaded before Django's: tests keep their secrets, uploads and files in a folder of their own."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("AVDET_HOME", tempfile.mkdtemp(prefix="avdet-tests-"))
os.environ.setdefault("AVDET_DATA_KEYS", "bm90LWEtc2VjcmV0LWp1c3QtZm9yLXRlc3RzLTEyMzQ=")
os.environ.setdefault("AVDET_SECRET_KEY", "only-for-tests-and-nothing-else-at-all-0123456789")
