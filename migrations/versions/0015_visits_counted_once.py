"""visits counted once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A lowered count that its owner confirms; no feeder's own id of a visit in clear any more; the
    survey as it is told."""
    op.add_column("declared_counts", sa.Column("confirmed_by_id", sa.Uuid(), nullable=True))
    op.add_column(
        "declared_counts", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_foreign_key(
        op.f("fk_declared_counts_confirmed_by_id_staff"), "declared_counts", "staff",
        ["confirmed_by_id"], ["id"],
    )  # fmt: skip
    op.create_table(
        "survey_readings",
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"],
            name=op.f("fk_survey_readings_institution_id_institutions"),
        ),
        sa.PrimaryKeyConstraint("institution_id", "period", name=op.f("pk_survey_readings")),
    )  # fmt: skip
    op.execute("delete from frame_counts")
    # Nobody can hash them with the key here.  Fed again they are new rows that count for nothing.
    op.execute("update visits set source = institution_id || '/' || id where not simulated")


def downgrade() -> None:
    op.drop_table("survey_readings")
    op.drop_constraint(
        op.f("fk_declared_counts_confirmed_by_id_staff"), "declared_counts", type_="foreignkey"
    )
    op.drop_column("declared_counts", "confirmed_at")
    op.drop_column("declared_counts", "confirmed_by_id")
