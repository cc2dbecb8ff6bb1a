"""visits counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A lowered count that its owner confirms; no feeder's own id of a visit in clear any more."""
    op.add_column("declared_counts", sa.Column("confirmed_by_id", sa.Uuid(), nullable=True))
    op.add_column(
        "declared_counts", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_foreign_key(
        op.f("fk_declared_counts_confirmed_by_id_staff"), "declared_counts", "staff",
        ["confirmed_by_id"], ["id"],
    )  # fmt: skip
    op.execute("delete from frame_counts")
    # Nobody can hash them with the key here.  Fed again they are new rows that count for nothing.
    op.execute("update visits set source = institution_id || '/' || id where not simulated")


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_declared_counts_confirmed_by_id_staff"), "declared_counts", type_="foreignkey"
    )
    op.drop_column("declared_counts", "confirmed_at")
    op.drop_column("declared_counts", "confirmed_by_id")
