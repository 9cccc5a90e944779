"""The database: one file, one connection, one writer at a time.

Only this package opens connections. What is read and written through it is generation/store's
and bot/commands' business.
"""

from ._backup import readable
from ._connection import Database, Reader
from ._errors import (
    BackupMissing,
    DatabaseBusy,
    DatabaseClosed,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseTooNew,
    DatabaseTooOld,
    DataFolderInUse,
    DataFolderUnusable,
    MemoryShort,
    MigrationFailed,
    MigrationsInconsistent,
    StorageFailed,
    StorageFull,
)
from ._restore import restore, restore_finished, unfinished_restore
from ._transaction import Result, Transaction

__all__ = [
    "BackupMissing",
    "DataFolderInUse",
    "DataFolderUnusable",
    "Database",
    "DatabaseBusy",
    "DatabaseClosed",
    "DatabaseCorrupt",
    "DatabaseError",
    "DatabaseForeign",
    "DatabaseMissing",
    "DatabaseTooNew",
    "DatabaseTooOld",
    "MemoryShort",
    "MigrationFailed",
    "MigrationsInconsistent",
    "Reader",
    "Result",
    "StorageFailed",
    "StorageFull",
    "Transaction",
    "readable",
    "restore",
    "restore_finished",
    "unfinished_restore",
]
