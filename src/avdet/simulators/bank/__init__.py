"""A bank's stand-in: it takes payment files and answers what became of each transfer, with faults on demand."""

from avdet.simulators.bank.counter import KEY, BankSimulator

__all__ = ["KEY", "BankSimulator"]
