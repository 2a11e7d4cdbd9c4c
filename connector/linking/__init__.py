"""Competencies, goals and trainings brought together: index, matcher, reasons."""
