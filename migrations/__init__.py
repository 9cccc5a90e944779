"""The steps of the database's schema: ``NNNN_name.sql``, forward only, never edited once released.

Each begins with a comment that says when and why. bot/database runs them in the order of their
numbers, each in one transaction with its record.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
