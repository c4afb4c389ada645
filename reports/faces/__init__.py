"""A report dressed for reading: the same words, tables and figures on the web page and on paper."""

from reports.faces.making import Making
from reports.faces.page import Face, html

__all__ = ["Face", "Making", "html"]
