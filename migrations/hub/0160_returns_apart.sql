-- Goods that came back, by what they were sold as: lines of which more came back than was sold are looked for among these
-- alone.
create index sale_line_back on sale_line (origin_sale, origin_line) where origin_sale is not null;
