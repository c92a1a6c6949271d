from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "avdet.records.cases"
    label = "cases"
