"""The text model: reading, screening, places, training, storage and files."""
