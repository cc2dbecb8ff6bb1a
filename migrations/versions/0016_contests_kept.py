"""contests and frozen tables that nobody can rewrite; the quarter that counts a case."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = (
    "frozen_periods", "frozen_cards", "frozen_packs", "frozen_leaves", "frozen_tallies",
    "moderated_scores",
)  # fmt: skip

# Of a contest the answer is set, once; nothing else changes and none is removed.
CONTESTS = """
create function a_contest_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.answered_at is null
    and (new.id, new.period, new.institution_id, new.indicator, new.reasons, new.evidence,
         new.by_id, new.at)
      is not distinct from (old.id, old.period, old.institution_id, old.indicator, old.reasons,
         old.evidence, old.by_id, old.at)
  then
    return new;
  end if;
  raise exception 'contests: what was said is never changed or removed, its answer is given once';
end $$;
create trigger only_answered before update or delete on contests
for each row execute function a_contest_stays();
create trigger never_emptied before truncate on contests
for each statement execute function a_contest_stays();
"""
# As in 0007, by the date that says which quarter counts the case.
FUNCTION = """
create or replace function cases_tell_rollups() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into rollup_changes (of_cases, institution_id, day)
    values (true, coalesce(old.institution_id, ''),
            (old.{at} at time zone 'Africa/Nairobi')::date);
  end if;
  if tg_op = 'INSERT' or tg_op = 'UPDATE' and
    (new.institution_id, new.{at}) is distinct from (old.institution_id, old.{at})
  then
    insert into rollup_changes (of_cases, institution_id, day)
    values (true, coalesce(new.institution_id, ''),
            (new.{at} at time zone 'Africa/Nairobi')::date);
  end if;
  return null;
end $$;
drop trigger cases_tell_rollups_of_changes on cases;
create trigger cases_tell_rollups_of_changes after update on cases
for each row when (({old}) is distinct from ({new})) execute function cases_tell_rollups();
"""
COUNTED = (
    "institution_id", "service_id", "service_point_id", "county_code", "channel", "language",
    "kind", "lane", "status", "outcome", "disputes", "urgent", "received_on", "received_at",
    "acknowledge_due_at", "due_at", "acknowledged_at", "resolved_at", "closed_at", "simulated",
)  # fmt: skip
"""What of a case any figure looked at before."""


def upgrade() -> None:
    for table in KEPT:
        op.execute(
            f"create trigger never_emptied before truncate on {table} "
            "for each statement execute function what_is_frozen_stays()"
        )
    op.execute(CONTESTS)
    op.create_table(
        "moderation_agreements",
        sa.Column("score_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_moderation_agreements_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["score_id"],
            ["moderated_scores.id"],
            name=op.f("fk_moderation_agreements_score_id_moderated_scores"),
        ),
        sa.PrimaryKeyConstraint("score_id", name=op.f("pk_moderation_agreements")),
    )
    for when, each in (("update or delete", "row"), ("truncate", "statement")):
        op.execute(
            f"create trigger only_added_{each} before {when} on moderation_agreements "
            f"for each {each} execute function what_is_frozen_stays()"
        )
    _first_due()


def downgrade() -> None:
    op.execute(_function("due_at", COUNTED))
    op.drop_index("ix_cases_cohort", "cases")
    op.drop_column("cases", "first_due_at")
    op.drop_table("moderation_agreements")
    op.execute("drop trigger only_answered on contests")
    op.execute("drop trigger never_emptied on contests")
    op.execute("drop function a_contest_stays")
    for table in KEPT:
        op.execute(f"drop trigger never_emptied on {table}")


def _first_due() -> None:
    """Cases that are there stay in the quarter that counts them today: frozen ones may have."""
    op.add_column("cases", sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update cases set first_due_at = due_at")
    op.alter_column("cases", "first_due_at", nullable=False)
    op.create_index("ix_cases_cohort", "cases", ["institution_id", "first_due_at"], unique=False)
    op.execute(_function("first_due_at", (*COUNTED, "first_due_at")))


def _function(at: str, counted: tuple[str, ...]) -> str:
    rows = {which: ", ".join(f"{which}.{name}" for name in counted) for which in ("old", "new")}
    return FUNCTION.format(at=at, **rows)
