"""A student's semester is evaluated too, not the months alone (P4.8): its name is longer than a month's."""

import sqlalchemy as sa
from alembic import op

revision = 'semesters'
down_revision = 'cycle'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.alter_column('period',
               existing_type=sa.VARCHAR(length=7),
               type_=sa.String(length=10),
               existing_nullable=False)



def downgrade() -> None:
    with op.batch_alter_table('progress_evaluation', schema=None) as batch_op:
        batch_op.alter_column('period',
               existing_type=sa.String(length=10),
               type_=sa.VARCHAR(length=7),
               existing_nullable=False)

