from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "cards"
    verbose_name = "Căn cước"

    def ready(self) -> None:
        from cards.registry_hooks import sign_up

        sign_up()
