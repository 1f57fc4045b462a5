"""What was seen before now: minutes of one day, outages of thirty days, when anybody looked, and their journal."""
