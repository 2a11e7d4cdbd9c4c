"""The Flask application factory."""
