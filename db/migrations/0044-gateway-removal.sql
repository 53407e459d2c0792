-- A gateway that was entered wrongly is removed with what its collector noted of it.
grant delete on collection_seen to prewatt_app;
