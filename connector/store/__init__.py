"""The database: models by area, the unit of work, sealed texts, and the two dialects in one module."""
