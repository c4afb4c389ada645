"""The place's own pages: the ground, the money, the people."""

from places.views import contract, people, place

__all__ = ["contract", "people", "place"]
