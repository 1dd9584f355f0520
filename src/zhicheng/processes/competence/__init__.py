"""People who may do it: skills, qualifications, what a step demands, training, and who stands in for whom (M14)."""
