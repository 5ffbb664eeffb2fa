"""The first schema: people, places, resources, occupancy, ledger, tariffs, bookings, calendars, jobs and mail.

Tables serve both databases; what only one of them can say (the exclusion constraint, triggers) follows at the end.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from booking.db.base import BigId, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FROZEN = {
    "rule_version": ("UPDATE", "DELETE"),
    "occupancy": ("UPDATE",),
    "quote": ("UPDATE", "DELETE"),
    "quote_line": ("UPDATE", "DELETE"),
    "quote_part": ("UPDATE", "DELETE"),
    "transfer": ("UPDATE", "DELETE"),
    "booking": ("DELETE",),
    "booking_event": ("UPDATE", "DELETE"),
}
"""What may never be done to the rows of which table."""

NOT_OPPOSITE = """NEW.reverses_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM transfer AS t WHERE t.id = NEW.reverses_id AND t.debit_id = NEW.credit_id
      AND t.credit_id = NEW.debit_id AND t.amount = NEW.amount AND t.reverses_id IS NULL)"""

SQLITE = (
    """
CREATE TRIGGER ex_occupancy_no_overlap BEFORE INSERT ON occupancy BEGIN
  SELECT RAISE(ABORT, 'ex_occupancy_no_overlap')
  WHERE (SELECT o.ends_at FROM occupancy AS o
         WHERE o.unit_id = NEW.unit_id AND o.starts_at < NEW.ends_at
         ORDER BY o.starts_at DESC LIMIT 1) > NEW.starts_at;
END""",
    f"""
CREATE TRIGGER tr_transfer_exact_opposite BEFORE INSERT ON transfer BEGIN
  SELECT RAISE(ABORT, 'tr_transfer_exact_opposite') WHERE {NOT_OPPOSITE};
END""",
    *(
        f"CREATE TRIGGER tr_{table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, 'tr_{table}_no_{what.lower()}') WHERE 1; END"
        for table, refused in FROZEN.items()
        for what in refused
    ),
)

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
CREATE FUNCTION archipel_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_NAME, CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$""",
    """
ALTER TABLE occupancy ADD CONSTRAINT ex_occupancy_no_overlap
  EXCLUDE USING gist (unit_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)""",
    f"""
CREATE FUNCTION archipel_exact_opposite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {NOT_OPPOSITE} THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'tr_transfer_exact_opposite',
      CONSTRAINT = 'tr_transfer_exact_opposite', TABLE = 'transfer';
  END IF;
  RETURN NEW;
END $$""",
    """
CREATE TRIGGER tr_transfer_exact_opposite BEFORE INSERT ON transfer
  FOR EACH ROW EXECUTE FUNCTION archipel_exact_opposite()""",
    *(
        f"CREATE TRIGGER tr_{table}_no_{what.lower()} BEFORE {what} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION archipel_refuse()"
        for table, refused in FROZEN.items()
        for what in refused
    ),
)


def upgrade() -> None:
    """Make every table, then what only one of the two databases understands."""
    op.create_table(
        "feed_counter",
        sa.Column("feed", sa.String(length=200), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_counter")),
    )
    op.create_table(
        "job",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("failed_at", Instant(), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_attempts")),
        sa.CheckConstraint("done_at IS NULL OR failed_at IS NULL", name=op.f("ck_job_one_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(
        "ix_job_failed",
        "job",
        ["failed_at"],
        unique=False,
        sqlite_where=sa.text("failed_at IS NOT NULL"),
        postgresql_where=sa.text("failed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "lieu",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("census_ref", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "coworking",
                "fablab",
                "living_lab",
                "showroom",
                "incubateur",
                "pepiniere",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("open", "project", name="status", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("commune", sa.String(length=120), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("alsace_moselle", sa.Boolean(), nullable=False),
        sa.Column("half_day_split", sa.Integer(), nullable=False),
        sa.Column("public_feeds", sa.Boolean(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column(
            "vat_regime",
            sa.Enum("included", "none", name="vat_regime", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("vat_basis_points", sa.Integer(), nullable=False),
        sa.Column("debt_ceiling", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("bookable = false OR status = 'open'", name=op.f("ck_lieu_bookable_is_open")),
        sa.CheckConstraint("vat_regime <> 'none' OR vat_basis_points = 0", name=op.f("ck_lieu_no_vat_no_rate")),
        sa.CheckConstraint("debt_ceiling >= 0", name=op.f("ck_lieu_debt_ceiling")),
        sa.CheckConstraint("half_day_split BETWEEN 1 AND 1439", name=op.f("ck_lieu_half_day_split")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_lieu_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_lieu_longitude")),
        sa.CheckConstraint("vat_basis_points BETWEEN 0 AND 10000", name=op.f("ck_lieu_vat_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lieu")),
        sa.UniqueConstraint("census_ref", name=op.f("uq_lieu_census_ref")),
        sa.UniqueConstraint("slug", name=op.f("uq_lieu_slug")),
    )
    op.create_index("ix_lieu_bookable", "lieu", ["bookable"], unique=False)
    op.create_index("ix_lieu_position", "lieu", ["latitude", "longitude"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("wants_reminder", sa.Boolean(), nullable=False),
        sa.Column("wants_host_mail", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_member_language")),
        sa.CheckConstraint("(erased_at IS NULL) = (email IS NOT NULL)", name=op.f("ck_member_erased_has_no_email")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_member_email_folded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email", name=op.f("uq_member_email")),
        sa.UniqueConstraint("uid", name=op.f("uq_member_uid")),
    )
    op.create_table(
        "public_holiday",
        sa.Column("territory", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("territory", "day", name=op.f("pk_public_holiday")),
    )
    op.create_table(
        "rate_window",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_rate_window_count")),
        sa.PrimaryKeyConstraint("key", "started_at", name=op.f("pk_rate_window")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("read", "write", name="scope", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_api_token_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_api_token_uid")),
    )
    op.create_index(op.f("ix_api_token_member_id"), "api_token", ["member_id"], unique=False)
    op.create_table(
        "book",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_book_lieu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_book_id_lieu_id")),
        sa.UniqueConstraint("lieu_id", name=op.f("uq_book_lieu_id")),
    )
    op.create_table(
        "claim",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("booking", "block", name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_claim_lieu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_claim_id_kind")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_claim_id_lieu_id")),
    )
    op.create_table(
        "feed_token",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_feed_token_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_feed_token_uid")),
    )
    op.create_index(
        "uq_feed_token_living",
        "feed_token",
        ["member_id", "scope"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "login",
        sa.Column("id", BigId, nullable=False),
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_login_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_token_hash")),
    )
    op.create_index(op.f("ix_login_member_id"), "login", ["member_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "host",
                "manager",
                "treasurer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("granted_by_id", BigId, nullable=True),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["granted_by_id"], ["member.id"], name=op.f("fk_membership_granted_by_id")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_membership_lieu_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("member_id", "lieu_id", "role", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_lieu", "membership", ["lieu_id", "role"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("member_id", BigId, nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_message_uid")),
    )
    op.create_index(op.f("ix_message_member_id"), "message", ["member_id"], unique=False)
    op.create_index("ix_message_recipient", "message", ["recipient", "id"], unique=False)
    op.create_table(
        "opening",
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("opens", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("closes", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("closes > opens AND closes <= opens + 1440", name=op.f("ck_opening_closes")),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", name=op.f("ck_opening_opens")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_weekday")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_opening_lieu_id")),
        sa.PrimaryKeyConstraint("lieu_id", "weekday", "opens", name=op.f("pk_opening")),
    )
    op.create_table(
        "proof",
        sa.Column("id", BigId, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm",
                "reset",
                "sign_in",
                "email_old",
                "email_new",
                "invite",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("member_id", BigId, nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_proof_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_proof_token_hash")),
    )
    op.create_index(op.f("ix_proof_member_id"), "proof", ["member_id"], unique=False)
    op.create_table(
        "remembered_answer",
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_remembered_answer_member_id")),
        sa.PrimaryKeyConstraint("member_id", "key", name=op.f("pk_remembered_answer")),
    )
    op.create_table(
        "resource",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "desk",
                "machine",
                "room",
                "equipment",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column(
            "take",
            sa.Enum("any", "all", name="take", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("shortest", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column(
            "seen_by",
            sa.Enum(
                "everyone", "members", "staff", name="seen_by", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "booked_by",
            sa.Enum(
                "everyone", "members", "staff", name="booked_by", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("free_cancel_hours", sa.Integer(), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("buffer_after BETWEEN 0 AND 1440", name=op.f("ck_resource_buffer_after")),
        sa.CheckConstraint("buffer_before BETWEEN 0 AND 1440", name=op.f("ck_resource_buffer_before")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", name=op.f("ck_resource_capacity")),
        sa.CheckConstraint("free_cancel_hours >= 0", name=op.f("ck_resource_free_cancel")),
        sa.CheckConstraint("horizon_days BETWEEN 1 AND 800", name=op.f("ck_resource_horizon")),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", name=op.f("ck_resource_kept")),
        sa.CheckConstraint("longest >= shortest AND longest <= 576000", name=op.f("ck_resource_longest")),
        sa.CheckConstraint("notice >= 0", name=op.f("ck_resource_notice")),
        sa.CheckConstraint("shortest > 0 AND shortest % step = 0", name=op.f("ck_resource_shortest")),
        sa.CheckConstraint("step BETWEEN 5 AND 1440 AND 1440 % step = 0", name=op.f("ck_resource_step")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_resource_lieu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_resource_id_lieu_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_resource_slug")),
    )
    op.create_index("ix_resource_lieu", "resource", ["lieu_id", "position"], unique=False)
    op.create_table(
        "rule_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("created_by_id", BigId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_rule_version_created_by_id")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_rule_version_lieu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
    )
    op.create_index(op.f("ix_rule_version_lieu_id"), "rule_version", ["lieu_id"], unique=False)
    op.create_table(
        "special_day",
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_special_day_lieu_id")),
        sa.PrimaryKeyConstraint("lieu_id", "day", name=op.f("pk_special_day")),
    )
    op.create_table(
        "unit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_unit_lieu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_unit_id_lieu_id")),
    )
    op.create_index("ix_unit_lieu", "unit", ["lieu_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", BigId, nullable=False),
        sa.Column("book_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column(
            "unit", sa.Enum("EUR", name="unit", native_enum=False, create_constraint=True, length=12), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "receivable",
                "revenue",
                "vat",
                "cash",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", BigId, nullable=True),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("owner_id IS NULL OR kind = 'receivable'", name=op.f("ck_account_owner")),
        sa.CheckConstraint("floor IS NULL OR floor <= 0", name=op.f("ck_account_floor")),
        sa.ForeignKeyConstraint(
            ["book_id", "lieu_id"], ["book.id", "book.lieu_id"], name=op.f("fk_account_book_id_lieu_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_account_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("id", "unit", "book_id", name=op.f("uq_account_id_unit_book_id")),
    )
    op.create_index("ix_account_owner", "account", ["owner_id"], unique=False)
    op.create_index(
        "uq_account_owned",
        "account",
        ["book_id", "unit", "kind", "owner_id"],
        unique=True,
        sqlite_where=sa.text("owner_id IS NOT NULL"),
        postgresql_where=sa.text("owner_id IS NOT NULL"),
    )
    op.create_index(
        "uq_account_shared",
        "account",
        ["book_id", "unit", "kind"],
        unique=True,
        sqlite_where=sa.text("owner_id IS NULL"),
        postgresql_where=sa.text("owner_id IS NULL"),
    )
    op.create_table(
        "block",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("resource_id", BigId, nullable=True),
        sa.Column("claim_id", BigId, nullable=False),
        sa.Column("claim_kind", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "closure", "maintenance", "busy", name="kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.CheckConstraint("claim_kind = 'block'", name=op.f("ck_block_claim_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_block_order")),
        sa.ForeignKeyConstraint(
            ["claim_id", "claim_kind"], ["claim.id", "claim.kind"], name=op.f("fk_block_claim_id_claim_kind")
        ),
        sa.ForeignKeyConstraint(["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"], name="fk_block_claim_lieu"),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_block_created_by_id")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_block_lieu_id")),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"], name=op.f("fk_block_resource_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_block_claim_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_block_uid")),
    )
    op.create_index("ix_block_lieu", "block", ["lieu_id", "ends_at"], unique=False)
    op.create_table(
        "occupancy",
        sa.Column("unit_id", BigId, autoincrement=False, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("claim_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_order")),
        sa.ForeignKeyConstraint(
            ["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"], name=op.f("fk_occupancy_claim_id_lieu_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "lieu_id"], ["unit.id", "unit.lieu_id"], name=op.f("fk_occupancy_unit_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", "starts_at", name=op.f("pk_occupancy")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_occupancy_claim", "occupancy", ["claim_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("id", BigId, nullable=False),
        sa.Column("resource_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_photo_size")),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"], name=op.f("fk_photo_resource_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("resource_id", "digest", name=op.f("uq_photo_resource_id_digest")),
    )
    op.create_index("ix_photo_digest", "photo", ["digest"], unique=False)
    op.create_table(
        "quote",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("resource_id", BigId, nullable=False),
        sa.Column("member_id", BigId, nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "unit", sa.Enum("EUR", name="unit", native_enum=False, create_constraint=True, length=12), nullable=False
        ),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("vat_basis_points", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_quote_order")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_quote_expiry")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_quantity")),
        sa.CheckConstraint("total >= 0 AND vat >= 0 AND vat <= total", name=op.f("ck_quote_total")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_quote_lieu_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_quote_member_id")),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"], name=op.f("fk_quote_resource_id_lieu_id")
        ),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_version.id"], name=op.f("fk_quote_rule_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_quote_id_lieu_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_quote_uid")),
    )
    op.create_index("ix_quote_member", "quote", ["member_id"], unique=False)
    op.create_table(
        "resource_feature",
        sa.Column("resource_id", BigId, nullable=False),
        sa.Column(
            "feature",
            sa.Enum(
                "wheelchair",
                "quiet",
                "screen",
                "video",
                "whiteboard",
                "phone_booth",
                "standing_desk",
                "daylight",
                "kitchen",
                "host_present",
                "ventilation",
                "tools",
                name="feature",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_feature_resource_id")),
        sa.PrimaryKeyConstraint("resource_id", "feature", name=op.f("pk_resource_feature")),
    )
    op.create_table(
        "resource_unit",
        sa.Column("resource_id", BigId, autoincrement=False, nullable=False),
        sa.Column("unit_id", BigId, autoincrement=False, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"],
            ["resource.id", "resource.lieu_id"],
            name=op.f("fk_resource_unit_resource_id_lieu_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "lieu_id"], ["unit.id", "unit.lieu_id"], name=op.f("fk_resource_unit_unit_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("resource_id", "unit_id", name=op.f("pk_resource_unit")),
    )
    op.create_index("ix_resource_unit_unit", "resource_unit", ["unit_id"], unique=False)
    op.create_table(
        "special_hours",
        sa.Column("lieu_id", BigId, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("closes", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("closes > opens AND closes <= opens + 1440", name=op.f("ck_special_hours_closes")),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", name=op.f("ck_special_hours_opens")),
        sa.ForeignKeyConstraint(
            ["lieu_id", "day"],
            ["special_day.lieu_id", "special_day.day"],
            name=op.f("fk_special_hours_lieu_id_day"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lieu_id", "day", "opens", name=op.f("pk_special_hours")),
    )
    op.create_table(
        "tariff",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("rule_version_id", BigId, nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_tariff_lieu_id")),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_version.id"], name=op.f("fk_tariff_rule_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_tariff_id_lieu_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_tariff_uid")),
    )
    op.create_index("ix_tariff_lieu", "tariff", ["lieu_id"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("resource_id", BigId, nullable=False),
        sa.Column("claim_id", BigId, nullable=False),
        sa.Column("claim_kind", sa.String(length=20), nullable=False),
        sa.Column("member_id", BigId, nullable=True),
        sa.Column("guest_name", sa.String(length=120), nullable=True),
        sa.Column("made_by_id", BigId, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "pending",
                "confirmed",
                "checked_in",
                "completed",
                "no_show",
                "cancelled",
                "refused",
                "expired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("local_start", sa.String(18), nullable=False),
        sa.Column("local_end", sa.String(18), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("tzdata", sa.String(length=12), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("free_cancel_hours", sa.Integer(), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_booking_cancelled_when")
        ),
        sa.CheckConstraint("claim_kind = 'booking'", name=op.f("ck_booking_claim_kind")),
        sa.CheckConstraint("(member_id IS NULL) <> (guest_name IS NULL)", name=op.f("ck_booking_one_holder")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_order")),
        sa.CheckConstraint("kept >= 0", name=op.f("ck_booking_kept")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_booking_quantity")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_booking_sequence")),
        sa.ForeignKeyConstraint(
            ["claim_id", "claim_kind"], ["claim.id", "claim.kind"], name=op.f("fk_booking_claim_id_claim_kind")
        ),
        sa.ForeignKeyConstraint(["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"], name="fk_booking_claim_lieu"),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_booking_lieu_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["member.id"], name=op.f("fk_booking_made_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_booking_member_id")),
        sa.ForeignKeyConstraint(
            ["quote_id", "lieu_id"], ["quote.id", "quote.lieu_id"], name=op.f("fk_booking_quote_id_lieu_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"], name=op.f("fk_booking_resource_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_booking_claim_id")),
        sa.UniqueConstraint("code", name=op.f("uq_booking_code")),
        sa.UniqueConstraint("id", "lieu_id", name=op.f("uq_booking_id_lieu_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_booking_uid")),
    )
    op.create_index("ix_booking_lieu", "booking", ["lieu_id", "starts_at"], unique=False)
    op.create_index("ix_booking_member", "booking", ["member_id", "starts_at"], unique=False)
    op.create_index("ix_booking_resource", "booking", ["resource_id", "ends_at"], unique=False)
    op.create_table(
        "quote_line",
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id")),
        sa.PrimaryKeyConstraint("quote_id", "position", name=op.f("pk_quote_line")),
    )
    op.create_table(
        "quote_part",
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "payer",
            sa.Enum("member", name="payer", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "unit", sa.Enum("EUR", name="unit", native_enum=False, create_constraint=True, length=12), nullable=False
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_quote_part_amount")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_part_quote_id")),
        sa.PrimaryKeyConstraint("quote_id", "position", name=op.f("pk_quote_part")),
    )
    op.create_table(
        "rate",
        sa.Column("tariff_id", BigId, autoincrement=False, nullable=False),
        sa.Column(
            "audience",
            sa.Enum("public", "member", name="audience", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "period",
            sa.Enum(
                "step",
                "hour",
                "half_day",
                "day",
                "week",
                "month",
                name="period",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "unit", sa.Enum("EUR", name="unit", native_enum=False, create_constraint=True, length=12), nullable=False
        ),
        sa.CheckConstraint("amount BETWEEN 0 AND 100000000", name=op.f("ck_rate_amount")),
        sa.ForeignKeyConstraint(
            ["tariff_id", "lieu_id"], ["tariff.id", "tariff.lieu_id"], name=op.f("fk_rate_tariff_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("tariff_id", "audience", "period", name=op.f("pk_rate")),
    )
    op.create_table(
        "resource_tariff",
        sa.Column("resource_id", BigId, autoincrement=False, nullable=False),
        sa.Column("tariff_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id", "lieu_id"],
            ["resource.id", "resource.lieu_id"],
            name=op.f("fk_resource_tariff_resource_id_lieu_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tariff_id", "lieu_id"], ["tariff.id", "tariff.lieu_id"], name=op.f("fk_resource_tariff_tariff_id_lieu_id")
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_resource_tariff")),
    )
    op.create_table(
        "transfer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("group_uid", sa.String(length=36), nullable=False),
        sa.Column("book_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column(
            "unit", sa.Enum("EUR", name="unit", native_enum=False, create_constraint=True, length=12), nullable=False
        ),
        sa.Column("debit_id", BigId, nullable=False),
        sa.Column("credit_id", BigId, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "booking",
                "move",
                "cancellation",
                "payment",
                "correction",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("rule_version_id", BigId, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("reverses_id", BigId, nullable=True),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_amount")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["book_id", "lieu_id"], ["book.id", "book.lieu_id"], name=op.f("fk_transfer_book_id_lieu_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_transfer_by_id")),
        sa.ForeignKeyConstraint(
            ["credit_id", "unit", "book_id"],
            ["account.id", "account.unit", "account.book_id"],
            name="fk_transfer_credit",
        ),
        sa.ForeignKeyConstraint(
            ["debit_id", "unit", "book_id"], ["account.id", "account.unit", "account.book_id"], name="fk_transfer_debit"
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["transfer.id"], name=op.f("fk_transfer_reverses_id")),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_version.id"], name=op.f("fk_transfer_rule_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_transfer_reverses_id")),
    )
    op.create_index("ix_transfer_credit", "transfer", ["credit_id", "id"], unique=False)
    op.create_index("ix_transfer_debit", "transfer", ["debit_id", "id"], unique=False)
    op.create_index("ix_transfer_group", "transfer", ["group_uid"], unique=False)
    op.create_index("ix_transfer_subject", "transfer", ["subject"], unique=False)
    op.create_table(
        "booking_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("booking_id", BigId, nullable=False),
        sa.Column("lieu_id", BigId, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "booked",
                "moved",
                "cancelled",
                "restored",
                "completed",
                "renamed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id", "lieu_id"],
            ["booking.id", "booking.lieu_id"],
            name=op.f("fk_booking_event_booking_id_lieu_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_booking_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index("ix_booking_event_booking", "booking_event", ["booking_id", "id"], unique=False)
    op.create_table(
        "booking_text",
        sa.Column("booking_id", BigId, nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_text_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking_text")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("booking_text")
    op.drop_table("booking_event")
    op.drop_table("transfer")
    op.drop_table("resource_tariff")
    op.drop_table("rate")
    op.drop_table("quote_part")
    op.drop_table("quote_line")
    op.drop_table("booking")
    op.drop_table("tariff")
    op.drop_table("special_hours")
    op.drop_table("resource_unit")
    op.drop_table("resource_feature")
    op.drop_table("quote")
    op.drop_table("photo")
    op.drop_table("occupancy")
    op.drop_table("block")
    op.drop_table("account")
    op.drop_table("unit")
    op.drop_table("special_day")
    op.drop_table("rule_version")
    op.drop_table("resource")
    op.drop_table("remembered_answer")
    op.drop_table("proof")
    op.drop_table("opening")
    op.drop_table("message")
    op.drop_table("membership")
    op.drop_table("login")
    op.drop_table("feed_token")
    op.drop_table("claim")
    op.drop_table("book")
    op.drop_table("api_token")
    op.drop_table("rate_window")
    op.drop_table("public_holiday")
    op.drop_table("member")
    op.drop_table("lieu")
    op.drop_table("job")
    op.drop_table("feed_counter")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS archipel_refuse, archipel_exact_opposite")
