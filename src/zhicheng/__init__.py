"""质诚 Zhicheng: quality-integrity management whose every reported number can be followed to its records."""

__version__ = "0.1.0"
