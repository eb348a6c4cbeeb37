-- Members of a channel are counted without those whose accounts are inactive, of whom there are few.
create index ix_users_inactive on users (id) where delete_at > 0;
