"""Forecasts of visits. Pure arithmetic: numbers in, numbers out; knows nothing of Django or of the plan's models."""
