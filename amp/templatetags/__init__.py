"""Tags and filters for every template: icons, status words, numbers and the navigation."""
