"""trueup: makes simulation agree with data."""

__version__ = "0.1.0"
