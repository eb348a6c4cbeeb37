-- Jobs of one plugin lie together (kernel/src/plugins/jobs): they are counted where too many may wait, and go with it.
create index ix_due_work_plugins on due_work (key collate "C") where kind = 'plugins.job';
