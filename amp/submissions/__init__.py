"""
A form that makes a row makes it once, however often its button is pressed.

Knows requests and their answers only; nothing of what the forms are about.
"""
