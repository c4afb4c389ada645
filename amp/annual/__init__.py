"""The annual wheel: a year of plan, measuring, reports and money on one page and on one sheet of paper."""
