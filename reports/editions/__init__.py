"""
An edition from order to publication: whether it may be published, and whether its job is still alive.

Offers `readiness` to the pages and actions. Knows nothing of how a report is drawn.
"""
