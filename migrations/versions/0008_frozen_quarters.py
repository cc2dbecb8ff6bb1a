"""frozen quarters, contested and signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FOR_GOOD = (
    "frozen_periods", "frozen_cards", "frozen_packs", "frozen_leaves", "frozen_tallies",
    "moderated_scores",
)  # fmt: skip

# Signatures find a changed figure; this keeps one from being changed by a slip.
IMMUTABLE = """
create function what_is_frozen_stays() returns trigger language plpgsql as $$
begin
  raise exception '%: what is frozen is never changed or removed', tg_table_name;
end $$;
"""


def upgrade() -> None:
    op.create_table(
        "frozen_periods",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("leaf_secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_frozen_periods_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_frozen_periods")),
    )
    _of_a_period(
        "frozen_cards",
        sa.Column("full", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("public", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("readings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    )
    _of_a_period(
        "frozen_packs",
        sa.Column("edition", sa.Text(), nullable=False, primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    _of_a_period("frozen_leaves", sa.Column("leaves", sa.LargeBinary(), nullable=False))
    _of_a_period(
        "frozen_tallies",
        sa.Column("dimension", sa.Text(), nullable=False, primary_key=True),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("beside", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    )
    _contests()
    _moderated()
    op.execute(IMMUTABLE)
    for table in FOR_GOOD:
        op.execute(
            f"create trigger only_added before update or delete on {table} "
            "for each row execute function what_is_frozen_stays()"
        )


def downgrade() -> None:
    for table in ("moderated_scores", "contests", *reversed(FOR_GOOD[:-1])):
        op.drop_table(table)
    op.execute("drop function what_is_frozen_stays")


def _of_a_period(table: str, *columns: sa.Column) -> None:
    keys = ["period", "institution_id"] + [one.name for one in columns if one.primary_key]
    op.create_table(
        table,
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        *(sa.Column(one.name, one.type, nullable=False) for one in columns),
        sa.ForeignKeyConstraint(
            ["period"], ["frozen_periods.period"], name=op.f(f"fk_{table}_period_frozen_periods")
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    )


def _about_a_figure(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f(f"fk_{table}_by_id_staff")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f(f"fk_{table}_institution_id_institutions"),
        ),
        sa.ForeignKeyConstraint(
            ["period"], ["frozen_periods.period"], name=op.f(f"fk_{table}_period_frozen_periods")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _contests() -> None:
    op.create_table(
        "contests",
        *_about_a_figure("contests"),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_contests_answered_by_id_staff")
        ),
        sa.UniqueConstraint(
            "period",
            "institution_id",
            "indicator",
            name=op.f("uq_contests_period_institution_id_indicator"),
        ),
    )


def _moderated() -> None:
    op.create_table(
        "moderated_scores",
        *_about_a_figure("moderated_scores"),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_moderated_scores", "moderated_scores", ["period", "institution_id"], unique=False
    )
