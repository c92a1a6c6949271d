"""The part that thinks: standard library only; no clock, no locale, no network, no files."""
