"""What is seen coming: shortages, rules with levels, and who hears of them after how long."""
