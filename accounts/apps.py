from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tài khoản và danh mục"

    def ready(self) -> None:
        from accounts.sign_in import receivers  # noqa: F401  (sign-in and sign-out are audited)
