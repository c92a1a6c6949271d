from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "avdet.records.ledger"
    label = "ledger"
