"""rollups that follow the events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A row at a time: what most statements change is one row, for which the tables of changed rows that
# a statement's trigger reads cost more than they spare.  A change no figure counts is passed over
# without calling anything.
FUNCTION = """
create function {table}_tell_rollups() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into rollup_changes (of_cases, institution_id, day)
    values ({of_cases}, coalesce(old.institution_id, ''),
            (old.{at} at time zone 'Africa/Nairobi')::date);
  end if;
  if tg_op = 'INSERT' or tg_op = 'UPDATE' and
    (new.institution_id, new.{at}) is distinct from (old.institution_id, old.{at})
  then
    insert into rollup_changes (of_cases, institution_id, day)
    values ({of_cases}, coalesce(new.institution_id, ''),
            (new.{at} at time zone 'Africa/Nairobi')::date);
  end if;
  return null;
end $$;
create trigger {table}_tell_rollups after insert or delete on {table}
for each row execute function {table}_tell_rollups();
create trigger {table}_tell_rollups_of_changes after update on {table}
for each row when ({changed}) execute function {table}_tell_rollups();
"""
COUNTED = (
    "institution_id", "service_id", "service_point_id", "county_code", "channel", "language",
    "kind", "lane", "status", "outcome", "disputes", "urgent", "received_on", "received_at",
    "acknowledge_due_at", "due_at", "acknowledged_at", "resolved_at", "closed_at", "simulated",
)  # fmt: skip
"""What of a case any figure looks at."""
RATING_NUMBERS = (
    "score_1", "score_2", "score_3", "score_4", "score_5", "on_time", "late", "cost_kept",
    "paid_more", "courteous", "discourteous", "paid_extra_said", "paid_extra_kes", "no_problem",
    "problem_reported", "problem_unreported", "problem_unsaid", "problem_unasked", "incomplete",
    "simulated",
    "score_places", "score_nn", "score_nt", "score_tt",
    "on_time_places", "on_time_nn", "on_time_nt", "on_time_tt",
    "cost_places", "cost_nn", "cost_nt", "cost_tt",
    "courtesy_places", "courtesy_nn", "courtesy_nt", "courtesy_tt",
    "problem_places", "problem_nn", "problem_nt", "problem_tt",
)  # fmt: skip
TABLES = ("rollup_state", "rollup_ratings", "rollup_quarters", "rollup_days", "rollup_changes")


def upgrade() -> None:
    op.create_table(
        "rollup_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("of_cases", sa.Boolean(), nullable=False),
        sa.Column("institution_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_changes")),
    )
    for name, first in (("rollup_days", "day"), ("rollup_quarters", "quarter")):
        op.create_table(
            name,
            sa.Column(first, sa.Date(), nullable=False),
            sa.Column("dimension", sa.Text(), nullable=False),
            sa.Column("institution_id", sa.Text(), nullable=False),
            sa.Column("within", sa.Text(), nullable=False),
            sa.Column("value", sa.Text(), nullable=False),
            sa.Column("simulated", sa.Boolean(), nullable=False),
            sa.Column("part", sa.Text(), nullable=False),
            sa.Column("numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
            sa.PrimaryKeyConstraint(
                first, "dimension", "institution_id", "within", "value", "simulated", "part",
                name=op.f(f"pk_{name}"),
            ),
        )  # fmt: skip
    op.create_table(
        "rollup_ratings",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("of_institution", sa.Text(), nullable=False),
        sa.Column("of_value", sa.Text(), nullable=False),
        sa.Column("of_within", sa.Text(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("of_sample", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in RATING_NUMBERS),
    )
    op.create_index(
        "ix_rollup_ratings_of", "rollup_ratings", ["of_institution", "dimension", "day"]
    )
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("built", sa.Boolean(), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_rollup_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )
    changed = f"({_row('old')}) is distinct from ({_row('new')})"
    op.execute(
        FUNCTION.format(
            table="ratings", of_cases="false", at="given_at", changed="old.* is distinct from new.*"
        )
    )
    op.execute(FUNCTION.format(table="cases", of_cases="true", at="due_at", changed=changed))


def downgrade() -> None:
    for table in ("cases", "ratings"):
        op.execute(f"drop trigger {table}_tell_rollups on {table}")
        op.execute(f"drop trigger {table}_tell_rollups_of_changes on {table}")
        op.execute(f"drop function {table}_tell_rollups()")
    for name in TABLES:
        op.drop_table(name)


def _row(which: str) -> str:
    return ", ".join(f"{which}.{name}" for name in COUNTED)
