"""A believable support team to try the product with: 120 days of history, and customers who write meanwhile.

``loading`` fills an empty database, ``simulation`` talks to the served address, ``manage.py demo`` does both.
"""
