from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "avdet.records.inspections"
    label = "inspections"
