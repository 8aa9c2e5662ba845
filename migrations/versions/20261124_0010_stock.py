"""Stock, substitutes, and orders that are red for want of material."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0010"
down_revision = "20261124_0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE materials (
  sku TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  specification TEXT DEFAULT '' NOT NULL,
  unit TEXT DEFAULT '' NOT NULL,
  on_hand NUMERIC(20, 6),
  safety_level NUMERIC(20, 6),
  unit_cost NUMERIC(20, 6),
  lead_days INTEGER,
  active BOOLEAN DEFAULT true NOT NULL,
  source TEXT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  short_since TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_materials PRIMARY KEY (sku)
);

CREATE INDEX ix_materials_short ON materials (sku) WHERE short_since IS NOT NULL;

CREATE TABLE stock_sources (
  source TEXT NOT NULL,
  as_of TIMESTAMP WITH TIME ZONE,
  tried_at TIMESTAMP WITH TIME ZONE NOT NULL,
  materials_until TEXT,
  problem JSONB,
  report JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_stock_sources PRIMARY KEY (source)
);

CREATE TABLE substitutes (
  id UUID NOT NULL,
  source TEXT NOT NULL,
  material TEXT NOT NULL,
  use TEXT NOT NULL,
  ratio NUMERIC(20, 6) NOT NULL,
  priority INTEGER NOT NULL,
  from_date DATE,
  until_date DATE,
  product TEXT,
  customer_id UUID,
  note JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_substitutes PRIMARY KEY (id),
  CONSTRAINT fk_substitutes_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT uq_substitutes_source_material_use_product_customer_id
    UNIQUE NULLS NOT DISTINCT (source, material, use, product, customer_id)
);

CREATE INDEX ix_substitutes_material ON substitutes (material);

CREATE TABLE shortages (
  order_id UUID NOT NULL,
  material TEXT NOT NULL,
  needed NUMERIC(20, 6) NOT NULL,
  short_by NUMERIC(20, 6) NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_shortages PRIMARY KEY (order_id, material),
  CONSTRAINT fk_shortages_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_shortages_material FOREIGN KEY (material) REFERENCES materials (sku)
);

CREATE INDEX ix_shortages_material ON shortages (material);

CREATE TABLE feed_positions (
  reader TEXT NOT NULL,
  xid xid8 NOT NULL,
  event_id UUID NOT NULL,
  CONSTRAINT pk_feed_positions PRIMARY KEY (reader)
);
"""


def upgrade() -> None:
    """Create the tables, for the application to keep."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        tables = "materials, stock_sources, substitutes, shortages, feed_positions"
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
