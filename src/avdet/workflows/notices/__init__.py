"""What people and programs are told, and how it goes out."""
