"""The store's terms: asked, checked, published, and what a change of the calendar moves."""
