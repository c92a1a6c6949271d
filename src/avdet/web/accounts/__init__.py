"""Signing up, signing in, second factors and sessions: allauth's pages in this house's words and looks."""
