"""Changes of a contract after it was vetted, targets of units, what the noter of a return cannot see."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_events_left",
        "case_events",
        [sa.literal_column("(data ->> 'from')"), "at"],
        unique=False,
        postgresql_where=sa.text("(data ->> 'from') is not null"),
    )
    op.alter_column("compliments", "citizen_id", existing_type=sa.Uuid(), nullable=False)
    op.add_column("compliments", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "contract_rows", sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute("update contract_rows set in_force_at = made_at")
    op.add_column("contract_rows", sa.Column("ended_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_contract_rows_ended_by_id_staff"),
        "contract_rows",
        "staff",
        ["ended_by_id"],
        ["id"],
    )
    op.create_table(
        "contract_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["row_id"], ["contract_rows.id"], name=op.f("fk_contract_changes_row_id_contract_rows")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_contract_changes_asked_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_contract_changes_decided_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_changes")),
    )
    op.create_index(op.f("ix_contract_changes_row_id"), "contract_changes", ["row_id"])
    op.create_table(
        "contract_unit_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("target", sa.Numeric(10, 4), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"],
            name=op.f("fk_contract_unit_targets_institution_id_institutions"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["staff.id"], name=op.f("fk_contract_unit_targets_set_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["staff.id"], name=op.f("fk_contract_unit_targets_ended_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_unit_targets")),
    )  # fmt: skip
    op.create_index(
        "ix_contract_unit_targets_of",
        "contract_unit_targets",
        ["institution_id", "year", "dimension", "unit", "indicator"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.add_column(
        "ombudsman_returns",
        sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"),
    )
    op.alter_column("ombudsman_returns", "left_out", server_default=None)


def downgrade() -> None:
    op.drop_column("ombudsman_returns", "left_out")
    op.drop_table("contract_unit_targets")
    op.drop_table("contract_changes")
    op.drop_column("contract_rows", "ended_by_id")
    op.drop_column("contract_rows", "in_force_at")
    op.drop_column("compliments", "tried_at")
    op.alter_column("compliments", "citizen_id", existing_type=sa.Uuid(), nullable=True)
    op.drop_index("ix_case_events_left", table_name="case_events")
