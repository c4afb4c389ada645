from django.apps import AppConfig


class AmpConfig(AppConfig):
    name = "amp"

    def ready(self) -> None:
        from amp import checks  # noqa: F401  registers the system checks
