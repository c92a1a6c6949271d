"""SHOWS: pages for customers and staff, and the API for programs. Faces do not know each other; `shared` serves them all."""
