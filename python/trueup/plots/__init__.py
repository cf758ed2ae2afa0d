"""The report's plots: one plot a file, each a function from a run's data to inline SVG."""
