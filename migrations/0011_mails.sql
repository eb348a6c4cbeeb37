-- Links to choose a new password come by mail as well: somebody who asks for one in another's name makes none void.
alter table password_resets drop constraint password_resets_pkey;
alter table password_resets add primary key using index ux_password_resets_token_hash;
create index ix_password_resets_user_id on password_resets (user_id);
