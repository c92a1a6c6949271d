"""Where pages find their stylesheet, fonts, icons and pictures."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class Fingerprinted(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names carry a fingerprint of their content once the files are collected, and are plain until then.

    A file that was never collected, as in development and in tests, is served under its own name instead of being an error.
    """

    def stored_name(self, name: str) -> str:
        """The fingerprinted name where the manifest knows one, else the name itself."""
        known = self.hash_key(self.clean_name(name)) in self.hashed_files
        return str(super().stored_name(name)) if known else name
