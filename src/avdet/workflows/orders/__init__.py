"""An order's way: placed, prepared, handed over, delivered, changed, cancelled."""
