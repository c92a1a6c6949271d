"""What a case is put right by: chosen, worked out, followed to its end."""
