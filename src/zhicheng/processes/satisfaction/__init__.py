"""Satisfaction of customers: surveys, invitations, responses, and their yearly evaluation (M11)."""
