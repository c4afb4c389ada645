"""The programme that leaves the house: published seasons, the public pages, and the calendars one subscribes to."""
