from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "places"

    def ready(self) -> None:
        # Forms need the settings, which are not read before the apps are.
        from places.bounds import bound_all_fields

        bound_all_fields()
