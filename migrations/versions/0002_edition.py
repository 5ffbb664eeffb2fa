"""The edition of the catalogue: a version that every change of lieux, hours, resources, units and tariffs renews."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "lieu",
    "opening",
    "special_day",
    "special_hours",
    "resource",
    "unit",
    "resource_unit",
    "tariff",
    "rate",
    "resource_tariff",
)

RENEW = """
CREATE FUNCTION archipel_renew_edition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO edition (id, version) VALUES (1, gen_random_uuid())
  ON CONFLICT (id) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$
"""
RENEW_ON_SQLITE = (
    "INSERT INTO edition (id, version) VALUES (1, lower(hex(randomblob(16)))) "
    "ON CONFLICT (id) DO UPDATE SET version = excluded.version"
)


def upgrade() -> None:
    """Add the table, and the triggers that renew it."""
    edition = op.create_table(
        "edition",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=36), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_edition_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.bulk_insert(edition, [{"id": 1, "version": uuid4().hex}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(RENEW)
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER tr_{table}_edition AFTER INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION archipel_renew_edition()"
            )
        return
    for table in TABLES:
        for operation in ("INSERT", "UPDATE", "DELETE"):
            name = f"tr_{table}_edition_{operation.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {operation} ON {table} BEGIN {RENEW_ON_SQLITE}; END")


def downgrade() -> None:
    """Take the triggers and the table away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION archipel_renew_edition CASCADE")
    else:
        for table in TABLES:
            for operation in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER tr_{table}_edition_{operation}")
    op.drop_table("edition")
