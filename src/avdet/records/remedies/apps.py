from django.apps import AppConfig


class RemediesConfig(AppConfig):
    name = "avdet.records.remedies"
    label = "remedies"
