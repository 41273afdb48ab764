"""What is printed, understood: question, item, category, group, wave, unit and base of every value."""
