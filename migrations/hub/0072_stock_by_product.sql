-- Who asks at a till where a product is must not wait for a look at every shelf of the chain.
create index stock_sku on stock (sku);
