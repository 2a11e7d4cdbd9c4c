"""The sample employer: invented people, functions, plans and trainings, with dates around today."""
