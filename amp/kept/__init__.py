"""
What was typed in a form that could not be taken: the session was gone, or its token was an old one.

It is kept for the browser that sent it, shown in the form again after sign-in, and saved only when the person sends it.
Offers a middleware, the answer to a failed CSRF check, and the pages that list what is kept. `filling` knows no Django.
"""
